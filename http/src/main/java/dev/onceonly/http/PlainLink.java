package dev.onceonly.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.LongPredicate;

/// A socket as it is.
final class PlainLink implements Link {
  private final SocketChannel channel;
  private final SocketAddress remote;

  PlainLink(SocketChannel channel) throws IOException {
    this.channel = channel;
    this.remote = channel.getRemoteAddress();
  }

  @Override
  public boolean isSecure() {
    return false;
  }

  @Override
  public SocketAddress remote() {
    return remote;
  }

  @Override
  public int read(byte[] buffer) throws IOException {
    return channel.read(ByteBuffer.wrap(buffer));
  }

  @Override
  public int readWithin(byte[] buffer, int timeoutMs) throws IOException {
    return readWithin(buffer, 0, timeoutMs);
  }

  /// As [#read], into the rest of a buffer.
  int read(byte[] buffer, int from) throws IOException {
    return channel.read(ByteBuffer.wrap(buffer, from, buffer.length - from));
  }

  /// As [#readWithin(byte[], int)], into the rest of a buffer.
  int readWithin(byte[] buffer, int from, int timeoutMs) throws IOException {
    channel.socket().setSoTimeout(timeoutMs);
    InputStream in = channel.socket().getInputStream();
    return in.read(buffer, from, buffer.length - from);
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void room(LongPredicate takes) {}

  @Override
  public void requestEnded() {}

  @Override
  public boolean saysEnd() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void end() {
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
