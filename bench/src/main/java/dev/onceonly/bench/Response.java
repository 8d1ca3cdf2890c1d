package dev.onceonly.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// One HTTP/1.1 answer as it arrives, parsed just enough: status, length, whether the server closes
/// the connection, and the body's bytes. Content-Length and chunked bodies are read; anything else
/// fails loudly. One object serves all answers of a connection, and grows to the largest. Not
/// thread-safe.
final class Response {
  /// An answer that is larger is refused; a batch of 1,000 has a tenth of it.
  static final int BYTES_MAX = 4 << 20;

  private static final int BYTES_FIRST = 8 << 10;
  private static final int DESCRIBED_MAX = 300;
  private static final byte[] VERSION = "HTTP/1.1 ".getBytes(US_ASCII);
  private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(US_ASCII);
  private static final byte[] TRANSFER_ENCODING = "transfer-encoding:".getBytes(US_ASCII);
  private static final byte[] CONNECTION = "connection:".getBytes(US_ASCII);
  private static final byte[] CHUNKED = "chunked".getBytes(US_ASCII);
  private static final byte[] CLOSE = "close".getBytes(US_ASCII);

  private byte[] bytes = new byte[BYTES_FIRST];
  private ByteBuffer buffer = ByteBuffer.wrap(bytes);
  private int status;
  private int bodyStart;
  private int bodyEnd;
  private int contentLength = -1;
  private boolean chunked;
  private boolean closing;

  /// Room for the bytes that arrive next.
  ByteBuffer space() throws ProtocolException {
    if (!buffer.hasRemaining()) {
      if (bytes.length >= BYTES_MAX) {
        throw new ProtocolException("answer over " + BYTES_MAX + " bytes");
      }
      int length = bytes.length;
      bytes = Arrays.copyOf(bytes, length * 2);
      buffer = ByteBuffer.wrap(bytes).position(length);
    }
    return buffer;
  }

  void clear() {
    buffer.clear();
    bodyStart = 0;
    contentLength = -1;
    chunked = false;
    closing = false;
  }

  /// Whether all of the answer has arrived. The other methods may be asked only after a `true`.
  boolean isWhole() throws ProtocolException {
    int end = buffer.position();
    if (bodyStart == 0 && !parseHead(end)) {
      return false;
    }
    if (chunked) {
      return new ChunkedBody(bytes, bodyStart).isWhole(end, this);
    }
    bodyEnd = bodyStart + contentLength;
    if (end > bodyEnd) {
      throw new ProtocolException((end - bodyEnd) + " bytes after the answer: " + describe());
    }
    return end == bodyEnd;
  }

  /// Takes a chunked body whose pieces have been joined at `bodyStart`.
  void joined(int end) {
    bodyEnd = end;
  }

  private boolean parseHead(int end) throws ProtocolException {
    int line = 0;
    for (int i = 1; i < end; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r') {
        if (line == 0) {
          parseStatus(i);
        } else if (i == line + 1) {
          finishHead(i + 1);
          return true;
        } else {
          parseHeader(line, i - 1);
        }
        line = i + 1;
      }
    }
    return false;
  }

  private void parseStatus(int lineEnd) throws ProtocolException {
    if (lineEnd < VERSION.length + 3 || !matches(0, VERSION)) {
      throw new ProtocolException("not HTTP/1.1: " + new String(bytes, 0, lineEnd, UTF_8).strip());
    }
    status = number(VERSION.length, VERSION.length + 3);
    if (status < 200) {
      throw new ProtocolException("interim status " + status + " was not asked for");
    }
  }

  private void parseHeader(int start, int end) throws ProtocolException {
    switch (bytes[start] | 0x20) {
      case 'c' -> {
        if (matches(start, CONTENT_LENGTH)) {
          contentLength = number(skipSpaces(start + CONTENT_LENGTH.length), end);
        } else if (matches(start, CONNECTION)) {
          closing = matches(skipSpaces(start + CONNECTION.length), CLOSE);
        }
      }
      case 't' -> {
        if (matches(start, TRANSFER_ENCODING)) {
          chunked = matches(skipSpaces(start + TRANSFER_ENCODING.length), CHUNKED);
        }
      }
      default -> {
        // No other header matters here.
      }
    }
  }

  private void finishHead(int headEnd) throws ProtocolException {
    if (!chunked && contentLength < 0) {
      throw new ProtocolException("HTTP " + status + " with neither Content-Length nor chunks");
    }
    bodyStart = headEnd;
  }

  private int skipSpaces(int at) {
    int i = at;
    while (bytes[i] == ' ') {
      i++;
    }
    return i;
  }

  private int number(int start, int end) throws ProtocolException {
    long value = 0;
    for (int i = start; i < end; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9 || value > BYTES_MAX) {
        throw new ProtocolException("bad number: " + new String(bytes, start, end - start, UTF_8));
      }
      value = value * 10 + digit;
    }
    return (int) value;
  }

  /// Compares with a lower-case word that begins at `at`; letters of either case match.
  private boolean matches(int at, byte[] lowerCase) {
    for (int i = 0; i < lowerCase.length; i++) {
      byte b = bytes[at + i];
      if (b != lowerCase[i] && (b < 'A' || b > 'Z' || (b | 0x20) != lowerCase[i])) {
        return false;
      }
    }
    return true;
  }

  int status() {
    return status;
  }

  /// Whether the server closes the connection after this answer.
  boolean isClosing() {
    return closing;
  }

  byte[] bytes() {
    return bytes;
  }

  int bodyStart() {
    return bodyStart;
  }

  int bodyEnd() {
    return bodyEnd;
  }

  boolean bodyHas(byte[] word) {
    return after(word, bodyStart) >= 0;
  }

  /// The offset behind the first `word` in the body at or after `from`, or -1.
  int after(byte[] word, int from) {
    byte first = word[0];
    for (int i = from; i <= bodyEnd - word.length; i++) {
      if (bytes[i] == first && Arrays.equals(bytes, i, i + word.length, word, 0, word.length)) {
        return i + word.length;
      }
    }
    return -1;
  }

  /// For a person who has to find out what went wrong: the status and the body's beginning.
  String describe() {
    int end = Math.min(buffer.position(), Math.max(bodyStart, bodyEnd));
    int length = Math.min(end - bodyStart, DESCRIBED_MAX);
    return "HTTP " + status + " " + new String(bytes, bodyStart, Math.max(length, 0), UTF_8);
  }
}
