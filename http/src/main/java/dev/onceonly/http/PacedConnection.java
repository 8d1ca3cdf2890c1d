package dev.onceonly.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http1.Http1Connection;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Helidon's HTTP/1.1 connection under the [Reaper]'s eye.
final class PacedConnection implements ServerConnection, InterruptableTask<Void> {
  private static final Logger LOGGER = Logger.getLogger(PacedConnection.class.getName());

  // An answer is lost when a socket is closed while the peer still sends: the kernel then resets
  // the connection. So what is left of a refused body is read for a while.
  private static final Duration LINGER = Duration.ofSeconds(2);
  private static final long LINGER_BYTES_MAX = 16L << 20;

  private final Http1Connection delegate;
  private final PacedContext context;
  private final Reaper reaper;

  PacedConnection(Http1Connection delegate, PacedContext context, Reaper reaper) {
    this.delegate = delegate;
    this.context = context;
    this.reaper = reaper;
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    reaper.watch(this);
    try {
      delegate.handle(limit);
    } finally {
      linger();
      reaper.forget(this);
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

  Pace pace() {
    return context.pace();
  }

  /// Closes the socket under the connection's thread, which ends the read or write that it hangs
  /// in.
  void cut(Pace.Doing was) {
    try {
      if (was == Pace.Doing.HEADERS || was == Pace.Doing.BODY) {
        context.dataWriter().writeNow(BufferData.create(TooSlow.answer()));
      }
    } catch (RuntimeException peerGone) {
      LOGGER.log(Level.FINEST, "no farewell", peerGone);
    } finally {
      close(context);
    }
  }

  private static void close(PacedContext context) {
    try {
      context.serverSocket().close();
    } catch (RuntimeException alreadyClosed) {
      LOGGER.log(Level.FINEST, "already closed", alreadyClosed);
    }
  }

  /// Helidon's own idle check has nothing to do: the reaper's is finer.
  @Override
  public Duration idleTime() {
    return Duration.ZERO;
  }

  /// The server stops, and accepts no more. Helidon would interrupt the reading of requests, which
  /// closes the connection under a peer that has just sent one: so nothing is done here but to make
  /// the next answer the last, and the reaper ends those who ask for nothing.
  ///
  /// @param interrupt the grace is over
  @Override
  public void close(boolean interrupt) {
    context.end();
    if (interrupt) {
      delegate.close(true);
    }
  }

  @Override
  public boolean canInterrupt() {
    return false;
  }
}
