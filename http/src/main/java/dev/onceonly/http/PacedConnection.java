package dev.onceonly.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.common.concurrency.limits.FixedLimit;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;
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

  private final Wire wire;
  private final Connections connections;
  private final PacedContext context;
  private final ServerConnection delegate;
  private volatile @Nullable Thread thread;

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
        thread = null;
        context.requestEnded();
        if (!context.pace().isEnded()) {
          // Else whoever has ended it says farewell first.
          wire.end();
        }
        connections.closed(this, keyed);
      }
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

  /// The next answer is the last one.
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
    byte[] farewell = was == Pace.Doing.HEADERS ? Farewell.overloaded() : null;
    Thread.ofVirtual().name("http-make-room").start(() -> cut(farewell));
    return true;
  }

  /// Closes the socket under the connection's thread, which ends the read or write that it hangs
  /// in.
  void cut(byte @Nullable [] farewell) {
    try {
      if (farewell != null) {
        wire.writeNow(BufferData.create(farewell));
      }
    } catch (RuntimeException peerGone) {
      LOGGER.log(Level.FINEST, "no farewell", peerGone);
    } finally {
      wire.end();
    }
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
