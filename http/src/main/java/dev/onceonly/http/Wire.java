package dev.onceonly.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A connection's socket. It is here in the place of Helidon's because that one keeps two buffers
/// of 8 KiB for each connection, which thousands of idle ones would pay for. One thread reads; any
/// may write or close.
final class Wire implements DataWriter {
  // An ordinary request fits; one that is longer gets more while it lasts.
  private static final int SMALL_BYTES = 2 * 1024;
  static final int LARGE_BYTES = 16 * 1024;

  private static final int LOOK_MS = 20;

  private final SocketChannel channel;
  private final SocketAddress remote;
  private byte[] small = new byte[0];
  private boolean filled;

  Wire(SocketChannel channel) throws IOException {
    this.channel = channel;
    this.remote = channel.getRemoteAddress();
  }

  SocketAddress remote() {
    return remote;
  }

  /// Waits for bytes.
  ///
  /// @param large at most 16 KiB at once, and else 2
  /// @return null where the peer has ended its side
  /// @throws UncheckedIOException where the connection is lost or was closed
  byte @Nullable [] read(boolean large) {
    byte[] buffer = buffer(large);
    try {
      return read(buffer, channel.read(ByteBuffer.wrap(buffer)));
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
      channel.socket().setSoTimeout(LOOK_MS);
      InputStream in = channel.socket().getInputStream();
      while (true) {
        try {
          return read(buffer, in.read(buffer));
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
        ByteBuffer out = ByteBuffer.wrap(piece, 0, buffer.read(piece));
        while (out.hasRemaining()) {
          channel.write(out);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /// Says that nothing more will be written.
  void endOutput() {
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Closes both sides, also under a thread that reads or writes. A second time it does nothing.
  void end() {
    try (channel) {
      if (channel.isOpen()) {
        // What has been written last is sent before the end, and not thrown away by it.
        channel.shutdownOutput();
        channel.shutdownInput();
      }
    } catch (IOException alreadyGone) {
      // There is nobody left to tell.
    }
  }
}
