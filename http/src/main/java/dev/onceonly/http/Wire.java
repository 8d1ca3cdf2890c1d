package dev.onceonly.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A connection's socket. It is here in the place of Helidon's because that one keeps two buffers
/// of 8 KiB for each connection, which thousands of idle ones would pay for. One thread reads; any
/// may write or close.
final class Wire implements DataWriter {
  // An ordinary request fits; one that is longer gets more while it lasts.
  private static final int SMALL_BYTES = 2 * 1024;
  private static final int LARGE_BYTES = 16 * 1024;

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
  /// @return null where the peer has ended its side
  /// @throws UncheckedIOException where the connection is lost or was closed
  byte @Nullable [] read() {
    if (small.length == 0) {
      small = new byte[SMALL_BYTES];
    }
    byte[] buffer = filled ? new byte[LARGE_BYTES] : small;
    try {
      int count = channel.read(ByteBuffer.wrap(buffer));
      filled = count == buffer.length;
      return count < 0 ? null : Arrays.copyOf(buffer, count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
