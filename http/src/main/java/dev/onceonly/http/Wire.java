package dev.onceonly.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// A connection's socket. It is here in the place of Helidon's because that one keeps two buffers
/// of 8 KiB for each connection, which thousands of idle ones would pay for. One thread reads; any
/// may write or close.
final class Wire implements DataWriter {
  // An ordinary request fits; one that is longer gets more while it lasts.
  private static final int SMALL_BYTES = 2 * 1024;
  static final int LARGE_BYTES = 16 * 1024;

  private static final int LOOK_MS = 20;

  private final Link link;
  private byte[] small = new byte[0];
  private boolean filled;

  Wire(Link link) {
    this.link = link;
  }

  boolean isSecure() {
    return link.isSecure();
  }

  SocketAddress remote() {
    return link.remote();
  }

  /// See [Link#room].
  void room(LongPredicate takes) {
    link.room(takes);
  }

  /// Waits for bytes.
  ///
  /// @param large at most 16 KiB at once, and else 2
  /// @return null where the peer has ended its side
  /// @throws UncheckedIOException where the connection is lost or was closed
  byte @Nullable [] read(boolean large) {
    byte[] buffer = buffer(large);
    try {
      return read(buffer, link.read(buffer));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// As [#read(boolean)], of a connection that others may end while it holds more than its share:
  /// looks now and then whether they have.
  ///
  /// @throws ConnectionLost where they have
  byte @Nullable [] readUnless(boolean large, BooleanSupplier ended) {
    byte[] buffer = buffer(large);
    try {
      while (true) {
        try {
          return read(buffer, link.readWithin(buffer, LOOK_MS));
        } catch (SocketTimeoutException nothingYet) {
          if (ended.getAsBoolean()) {
            throw new ConnectionLost("the connection was ended");
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether the last read filled its buffer, so that more may wait.
  boolean hasMore() {
    return filled;
  }

  /// What comes next is not the rest of a long request.
  void requestEnded() {
    filled = false;
    link.requestEnded();
  }

  private byte[] buffer(boolean large) {
    if (small.length == 0) {
      small = new byte[SMALL_BYTES];
    }
    return large ? new byte[LARGE_BYTES] : small;
  }

  private byte @Nullable [] read(byte[] buffer, int count) {
    filled = count == buffer.length;
    return count < 0 ? null : Arrays.copyOf(buffer, count);
  }

  @Override
  public void write(BufferData buffer) {
    writeNow(buffer);
  }

  @Override
  public void write(BufferData... buffers) {
    writeNow(buffers);
  }

  @Override
  public void writeNow(BufferData... buffers) {
    for (BufferData buffer : buffers) {
      writeNow(buffer);
    }
  }

  @Override
  public void writeNow(BufferData buffer) {
    try {
      while (!buffer.consumed()) {
        byte[] piece = new byte[Math.min(buffer.available(), LARGE_BYTES)];
        link.write(ByteBuffer.wrap(piece, 0, buffer.read(piece)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isOpen() {
    return link.isOpen();
  }

  /// Whether a peer waits for [#endOutput()] before the end.
  boolean saysEnd() {
    return link.saysEnd();
  }

  /// Says that nothing more will be written.
  void endOutput() {
    try {
      link.endOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Closes both sides, also under a thread that reads or writes. A second time it does nothing.
  void end() {
    link.end();
  }
}
