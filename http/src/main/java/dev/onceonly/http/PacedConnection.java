package dev.onceonly.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.common.concurrency.limits.FixedLimit;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Helidon's HTTP/1.1 connection under the [Reaper]'s eye, in its place among the [Connections].
final class PacedConnection implements Runnable, PacedContext.Place {
  private static final Logger LOGGER = Logger.getLogger(PacedConnection.class.getName());

  // An answer is lost when a socket is closed while the peer still sends: the kernel then resets
  // the connection. So what is left of a refused body is read for a while.
  private static final Duration LINGER = Duration.ofSeconds(2);
  private static final long LINGER_BYTES_MAX = 16L << 20;

  private static final long FAREWELL_LOOK_NANOS = 5_000_000;

  private final Wire wire;
  private final Connections connections;
  private final PacedContext context;
  private final ServerConnection delegate;
  private volatile @Nullable Thread thread;
  private volatile boolean saidFarewell;

  // Changed by the connection's thread only.
  private boolean keyed;

  PacedConnection(
      Wire wire,
      Connections connections,
      Http1ConnectionSelector http1,
      Function<PacedContext.Place, PacedContext> contexts) {
    this.wire = wire;
    this.connections = connections;
    this.context = contexts.apply(this);
    this.delegate = http1.connection(context);
  }

  /// Handles its requests until the peer or the server ends it.
  @Override
  public void run() {
    thread = Thread.currentThread();
    try {
      delegate.handle(FixedLimit.create());
    } catch (CloseConnectionException ended) {
      LOGGER.log(Level.FINEST, "connection ended", ended);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOGGER.log(Level.WARNING, "a connection failed", e);
    } finally {
      try {
        linger();
      } finally {
        context.discard();
        hearFarewell();
        sayEnd();
        thread = null;
        wire.end();
        connections.closed(this, keyed);
      }
    }
  }

  // Closed while bytes wait to be read, the connection would be reset, and the farewell of whoever
  // has ended it lost. Until the reaper closes it, at the latest.
  private void hearFarewell() {
    if (!context.pace().isEnded()) {
      return;
    }
    try {
      while (wire.read(false) != null) {
        // The peer is not done, and nobody wants to know with what.
      }
      while (!saidFarewell && wire.isOpen()) {
        LockSupport.parkNanos(this, FAREWELL_LOOK_NANOS);
      }
    } catch (UncheckedIOException closed) {
      LOGGER.log(Level.FINEST, "closed", closed);
    }
  }

  // TLS has a word for the end, without which a peer can't tell it from an attack. Who does not
  // take
  // it is cut off by the reaper.
  private void sayEnd() {
    if (!wire.saysEnd()) {
      return;
    }
    try {
      context.pace().lingers(LINGER);
      wire.endOutput();
    } catch (ConnectionLost | UncheckedIOException gone) {
      LOGGER.log(Level.FINEST, "no end said", gone);
    }
  }

  private void linger() {
    if (context.pace().isIdle() || context.peerEnded()) {
      return;
    }
    try {
      context.pace().lingers(LINGER);
      DataReader reader = context.dataReader();
      long left = LINGER_BYTES_MAX;
      while (left > 0) {
        int available = reader.available();
        reader.skip(available);
        left -= available;
        reader.pullData();
      }
    } catch (ConnectionLost | CloseConnectionException | InsufficientDataAvailableException ended) {
      LOGGER.log(Level.FINEST, "peer ended", ended);
    }
  }

  @Override
  public void keyed() {
    if (!keyed) {
      connections.keyed(this);
      keyed = true;
    }
  }

  @Override
  public boolean makeRoom() {
    return connections.makeRoom(this);
  }

  Pace pace() {
    return context.pace();
  }

  /// The next answer is the last one, whenever it is asked for.
  void drain() {
    context.drain();
  }

  /// The next answer is the last one, and is not waited for long.
  void end() {
    context.end();
  }

  /// Whether it holds memory beyond what every connection has.
  boolean holdsMore() {
    return context.holding().takenBytes() > 0;
  }

  /// Ends it if it is waiting for its peer, and not being answered.
  boolean endToMakeRoom() {
    Pace.Doing was = context.pace().endToMakeRoom();
    if (was == Pace.Doing.HANDLING) {
      return false;
    }
    // Who takes no answer takes no farewell. The others may be about to ask.
    byte[] farewell = was == Pace.Doing.ANSWER ? null : Farewell.overloaded();
    Thread.ofVirtual().name("http-make-room").start(() -> cut(farewell));
    return true;
  }

  /// Says farewell; the connection's thread, or the reaper, closes the socket then. Without one the
  /// socket is closed under the thread at once, which ends the read or write that it hangs in.
  void cut(byte @Nullable [] farewell) {
    if (farewell == null) {
      wire.end();
      return;
    }
    try {
      wire.writeNow(BufferData.create(farewell));
      wire.endOutput();
      saidFarewell = true;
    } catch (UncheckedIOException peerGone) {
      LOGGER.log(Level.FINEST, "no farewell", peerGone);
      wire.end();
    }
  }

  /// Closes the socket, whatever its threads hang in.
  void close() {
    wire.end();
  }

  /// The grace of a server that stops is over.
  void abort() {
    wire.end();
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
