package dev.onceonly.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/// A connection's context with a reader that tells the [Pace] when bytes come, and with our routing
/// in place of Helidon's.
final class PacedContext implements ConnectionContext {
  private final ConnectionContext delegate;
  private final Pace pace;
  private final Router router;
  private final DataReader reader;
  private boolean peerEnded;
  private volatile boolean ending;

  PacedContext(ConnectionContext delegate, Pace pace, Router router) {
    this.delegate = delegate;
    this.pace = pace;
    this.router = router;
    this.reader = DataReader.create(this::nextBytes);
  }

  Pace pace() {
    return pace;
  }

  /// The next answer is the last one, and a peer that asks for nothing is not waited for long.
  void end() {
    ending = true;
    pace.hurry();
  }

  /// Whether the connection is not to be used after the answer under way.
  boolean isEnding() {
    return ending;
  }

  /// Whether the peer has said that nothing more will come.
  boolean peerEnded() {
    return peerEnded;
  }

  // Null at the end of the stream is what Helidon's reader expects.
  @SuppressWarnings("NullAway")
  private byte[] nextBytes() {
    try {
      byte[] bytes = delegate.serverSocket().get();
      if (bytes == null) {
        peerEnded = true;
      } else {
        pace.bytesCame();
      }
      return bytes;
    } catch (ConnectionLost late) {
      peerEnded = true;
      throw new CloseConnectionException("the peer was too slow", late);
    } catch (UncheckedIOException e) {
      peerEnded = true;
      throw new ServerConnectionException("reading from the socket failed", e);
    }
  }

  @Override
  public DataReader dataReader() {
    return reader;
  }

  @Override
  public ListenerContext listenerContext() {
    return delegate.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return delegate.executor();
  }

  @Override
  public DataWriter dataWriter() {
    return delegate.dataWriter();
  }

  @Override
  public Router router() {
    return router;
  }

  @Override
  public Optional<ProxyProtocolData> proxyProtocolData() {
    return delegate.proxyProtocolData();
  }

  @Override
  public HelidonSocket serverSocket() {
    return delegate.serverSocket();
  }

  @Override
  public PeerInfo remotePeer() {
    return delegate.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return delegate.localPeer();
  }

  @Override
  public boolean isSecure() {
    return delegate.isSecure();
  }

  @Override
  public String socketId() {
    return delegate.socketId();
  }

  @Override
  public String childSocketId() {
    return delegate.childSocketId();
  }
}
