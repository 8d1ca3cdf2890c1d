package dev.onceonly.http;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/// Closes connections that are overdue. A read on a socket channel has no timeout of its own, and
/// Helidon looks only at connections that wait for a request line, so a peer could hold one for
/// ever by stopping in the middle of a header or a body.
final class Reaper implements AutoCloseable {
  private static final Duration HURRIED_PERIOD = Duration.ofMillis(20);

  private final Connections connections;
  private final LongSupplier nanoTime;
  private final Thread thread;
  private volatile Duration period;
  private volatile boolean closed;

  Reaper(Connections connections, Duration period, LongSupplier nanoTime) {
    this.connections = connections;
    this.period = period;
    this.nanoTime = nanoTime;
    this.thread = Thread.ofVirtual().name("http-reaper").start(this::run);
  }

  private void run() {
    while (!closed) {
      LockSupport.parkNanos(this, period.toNanos());
      long now = nanoTime.getAsLong();
      for (PacedConnection connection : connections.all()) {
        if (connection.pace().isEndOverdue(now)) {
          // Whatever its farewell hangs in.
          connection.close();
          continue;
        }
        Pace.Doing was = connection.pace().endIfOverdue(now);
        if (was != Pace.Doing.HANDLING) {
          boolean unfinished = was == Pace.Doing.HEADERS || was == Pace.Doing.BODY;
          byte[] farewell = unfinished ? Farewell.tooSlow() : null;
          // On a thread of its own: a peer that reads nothing may block the farewell.
          Thread.ofVirtual().name("http-reap").start(() -> connection.cut(farewell));
        }
      }
    }
  }

  /// Looks more often from now on: the server stops.
  void hurry() {
    period = HURRIED_PERIOD;
    LockSupport.unpark(thread);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
