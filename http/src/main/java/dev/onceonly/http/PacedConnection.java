package dev.onceonly.http;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http1.Http1Connection;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;

/// Helidon's HTTP/1.1 connection under the [Reaper]'s eye.
final class PacedConnection implements ServerConnection, InterruptableTask<Void> {
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
      try {
        linger();
      } finally {
        reaper.forget(this);
      }
    }
  }

  private void linger() {
    if (context.pace().isIdle() || context.peerEnded()) {
      return;
    }
    context.pace().lingers(LINGER);
    try {
      long left = LINGER_BYTES_MAX;
      while (left > 0 && !context.peerEnded()) {
        left -= context.dataReader().available();
        context.dataReader().skip(context.dataReader().available());
        context.dataReader().pullData();
      }
    } catch (ServerConnectionException
        | io.helidon.common.buffers.DataReader.InsufficientDataAvailableException closed) {
      // What we were waiting for.
    }
  }

  boolean isOverdue(long nowNanos) {
    return context.pace().isOverdue(nowNanos);
  }

  void cut() {
    context.serverSocket().close();
  }

  @Override
  public Duration idleTime() {
    // Helidon's own idle check has nothing to do: the reaper is finer.
    return Duration.ZERO;
  }

  @Override
  public void close(boolean interrupt) {
    delegate.close(interrupt);
  }

  @Override
  public boolean canInterrupt() {
    return delegate.canInterrupt();
  }
}
