package dev.onceonly.dispatch;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.SocketFactory;

/// Makes sockets that can be asked, without waiting, whether their peer has hung up.
final class ToolSockets extends SocketFactory {
  private static final Logger LOG = System.getLogger(ToolSockets.class.getName());
  private static final int TLS_CHECK_MS = 1;

  /// Whether a connection on which nothing is awaited is still open. A peer that has closed it, or
  /// says something unasked, is not to be sent a request: if that is found out before, it is
  /// certain that the request was not read. What came in one piece with the answer before lies in
  /// the client's buffer and is not seen here; it is the same server's word.
  static boolean isQuiet(Socket socket) {
    SocketChannel channel = socket.getChannel();
    try {
      return channel == null ? isQuietWithinMs(socket) : isQuietNow(channel);
    } catch (IOException broken) {
      return false;
    }
  }

  private static boolean isQuietNow(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    try {
      return channel.read(ByteBuffer.allocate(1)) == 0;
    } finally {
      channel.configureBlocking(true);
    }
  }

  /// Under TLS bytes may be on their way that are none of the answer's, such as session tickets.
  private static boolean isQuietWithinMs(Socket socket) throws IOException {
    int timeoutMs = socket.getSoTimeout();
    socket.setSoTimeout(TLS_CHECK_MS);
    try {
      int unasked = socket.getInputStream().read();
      LOG.log(Level.DEBUG, "a kept connection ended or spoke: {0}", unasked);
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      socket.setSoTimeout(timeoutMs);
    }
  }

  @Override
  public Socket createSocket() throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.socket().setTcpNoDelay(true);
    return channel.socket();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw unpinned();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw unpinned();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw unpinned();
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort) {
    throw unpinned();
  }

  private static UnsupportedOperationException unpinned() {
    return new UnsupportedOperationException("the client connects to addresses it was given");
  }
}
