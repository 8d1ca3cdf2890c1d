package dev.onceonly.bench;

import java.net.ProtocolException;

/// Joins the pieces of a chunked body in place, once all have arrived. Off the hot path: our server
/// sends lengths.
final class ChunkedBody {
  private final byte[] bytes;
  private final int start;

  ChunkedBody(byte[] bytes, int start) {
    this.bytes = bytes;
    this.start = start;
  }

  /// Whether the last chunk is there; then the joined body has been handed to `response`.
  boolean isWhole(int end, Response response) throws ProtocolException {
    int last = walk(end, false);
    if (last < 0) {
      return false;
    }
    response.joined(walk(end, true));
    return true;
  }

  /// Goes from chunk to chunk. Returns the joined body's end, or -1 while bytes are missing.
  private int walk(int end, boolean join) throws ProtocolException {
    int at = start;
    int joined = start;
    while (true) {
      int lineEnd = lineEnd(at, end);
      if (lineEnd < 0) {
        return -1;
      }
      int size = size(at, lineEnd);
      int piece = lineEnd + 2;
      if (piece + size + 2 > end) {
        return -1;
      }
      if (bytes[piece + size] != '\r' || bytes[piece + size + 1] != '\n') {
        throw new ProtocolException(
            size == 0 ? "trailers after a chunked body" : "chunk is longer than it says");
      }
      if (size == 0) {
        return finish(piece + 2, end, joined);
      }
      if (join) {
        System.arraycopy(bytes, piece, bytes, joined, size);
      }
      joined += size;
      at = piece + size + 2;
    }
  }

  private static int finish(int bodyEnd, int end, int joined) throws ProtocolException {
    if (bodyEnd != end) {
      throw new ProtocolException((end - bodyEnd) + " bytes after a chunked answer");
    }
    return joined;
  }

  private int lineEnd(int from, int end) {
    for (int i = from; i + 1 < end; i++) {
      if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private int size(int from, int to) throws ProtocolException {
    int size = 0;
    for (int i = from; i < to && bytes[i] != ';'; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0 || size > Response.BYTES_MAX) {
        throw new ProtocolException("bad chunk size");
      }
      size = size * 16 + digit;
    }
    return size;
  }
}
