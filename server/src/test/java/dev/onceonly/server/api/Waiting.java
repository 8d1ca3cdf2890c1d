package dev.onceonly.server.api;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Sees in the server's own metrics who waits for a lease to end, so that no test has to guess.
record Waiting(LiveServer server) {
  private static final Duration PAUSE = Duration.ofMillis(2);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Returns as soon as so many callers wait.
  void await(int callers) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String line = "\nonceonly_lease_waiters " + callers + ".0\n";
    while (!metrics().contains(line)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no " + line + " in " + metrics());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private String metrics() {
    return server.admin().get("/metrics").body();
  }
}
