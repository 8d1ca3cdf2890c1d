package dev.onceonly.http;

import dev.onceonly.http.tls.ServerTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Accepts connections until it is closed. Helidon's own listener is not used because it takes the
/// first failure of an accept for its end: a process that was out of descriptors once would live on
/// and be deaf. Here such a failure is waited out, and those who knock meanwhile wait in the
/// kernel's queue.
final class Listener implements AutoCloseable {
  /// Those who wait to be accepted.
  static final int BACKLOG_MAX = 1_024;

  private static final Logger LOGGER = Logger.getLogger(Listener.class.getName());
  private static final Duration PAUSE = Duration.ofMillis(50);

  // So many pauses go by between two lines about the same trouble.
  private static final int PAUSES_PER_LINE = 200;

  private final ServerSocketChannel channel;
  private final Connections connections;
  private final Links links;
  private final Function<Wire, PacedConnection> accepted;
  private final Thread thread;
  private volatile boolean closed;
  private int pauses;

  /// What is put on a socket that was accepted.
  @FunctionalInterface
  private interface Links {
    Link of(SocketChannel socket) throws IOException;
  }

  private static Links links(@Nullable ServerTls tls) {
    return tls == null
        ? PlainLink::new
        : socket -> new TlsLink(new PlainLink(socket), tls.engine());
  }

  private Listener(
      ServerSocketChannel channel,
      Connections connections,
      Links links,
      Function<Wire, PacedConnection> accepted) {
    this.channel = channel;
    this.links = links;
    this.connections = connections;
    this.accepted = accepted;
    // Not a daemon: it is what keeps a server's process alive.
    this.thread = Thread.ofPlatform().daemon(false).name("http-listener").unstarted(this::run);
  }

  /// Takes the port. Who connects waits in the kernel's queue until [#accept()].
  ///
  /// @throws IOException where it can't listen
  static Listener bind(
      HttpSettings settings, Connections connections, Function<Wire, PacedConnection> accepted)
      throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      InetAddress address = InetAddress.getByName(settings.host());
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(address, settings.port()), BACKLOG_MAX);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new Listener(channel, connections, links(settings.tls()), accepted);
  }

  /// Accepts from now on, those too who have waited.
  void accepting() {
    thread.start();
  }

  int port() {
    return channel.socket().getLocalPort();
  }

  private void run() {
    while (!closed) {
      try {
        connections.awaitPlace();
        Wire wire = accept();
        if (wire == null) {
          connections.notOpened();
        } else {
          open(wire);
        }
      } catch (InterruptedException stopping) {
        return;
      }
    }
  }

  private void open(Wire wire) {
    PacedConnection connection;
    try {
      connection = accepted.apply(wire);
    } catch (RuntimeException e) {
      LOGGER.log(Level.WARNING, "a connection could not be set up", e);
      wire.end();
      connections.notOpened();
      return;
    }
    connections.opened(connection);
    Thread.ofVirtual().name("http-connection").start(connection);
  }

  // Null where there is none, after a pause if accepting fails.
  private @Nullable Wire accept() {
    SocketChannel socket;
    try {
      socket = channel.accept();
    } catch (ClosedChannelException stopped) {
      closed = true;
      return null;
    } catch (IOException failed) {
      if (pauses++ % PAUSES_PER_LINE == 0) {
        LOGGER.log(Level.WARNING, "accepting a connection failed; trying again", failed);
      }
      LockSupport.parkNanos(this, PAUSE.toNanos());
      return null;
    }
    try {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      return new Wire(links.of(socket));
    } catch (IOException goneAlready) {
      discard(socket);
      return null;
    }
  }

  private static void discard(SocketChannel socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOGGER.log(Level.FINEST, "already gone", e);
    }
  }

  /// Accepts no more. Those in the kernel's queue are refused by it.
  @Override
  public void close() {
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      LOGGER.log(Level.FINEST, "already closed", e);
    }
    thread.interrupt();
  }
}
