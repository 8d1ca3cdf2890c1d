package dev.onceonly.server.api;

import java.time.Duration;

/// Sees in the server's own metrics that calls have arrived, so that no test has to guess.
record InFlight(LiveServer server) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Returns as soon as so many calls are being answered.
  void await(int calls) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    // The call for the metrics is being answered, too.
    String line = "onceonly_http_requests_in_flight " + (calls + 1) + ".0";
    while (!metrics().contains(line)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no " + line + " in " + metrics());
      }
      Thread.onSpinWait();
    }
  }

  private String metrics() {
    return server.admin().get("/metrics").body();
  }
}
