package dev.onceonly.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Closes connections that are overdue. A read on a socket channel has no timeout of its own, and
/// Helidon looks only at connections that wait for a request line, so a peer could hold one for
/// ever by stopping in the middle of a header or a body.
final class Reaper implements AutoCloseable {
  private static final Logger LOGGER = Logger.getLogger(Reaper.class.getName());

  private final Set<PacedConnection> connections = ConcurrentHashMap.newKeySet();
  private final Duration period;
  private final Thread thread;

  Reaper(Duration period) {
    this.period = period;
    this.thread = Thread.ofVirtual().name("http-reaper").start(this::run);
  }

  void watch(PacedConnection connection) {
    connections.add(connection);
  }

  void forget(PacedConnection connection) {
    connections.remove(connection);
  }

  int watched() {
    return connections.size();
  }

  private void run() {
    while (true) {
      try {
        Thread.sleep(period);
      } catch (InterruptedException stopped) {
        return;
      }
      long now = System.nanoTime();
      for (PacedConnection connection : connections) {
        if (connection.isOverdue(now)) {
          reap(connection);
        }
      }
    }
  }

  private void reap(PacedConnection connection) {
    connections.remove(connection);
    try {
      connection.cut();
    } catch (RuntimeException alreadyClosed) {
      LOGGER.log(Level.FINER, "closing an overdue connection", alreadyClosed);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
