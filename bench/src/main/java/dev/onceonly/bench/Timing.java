package dev.onceonly.bench;

import java.time.Duration;

/// How long a measurement warms up, how long its window is, and how long answers are waited for
/// once the window is over: what is missing then is a fault.
record Timing(Duration warmup, Duration window, Duration drainMax) {
  private static final Duration DRAIN_MAX = Duration.ofSeconds(10);

  Timing {
    if (warmup.isNegative() || window.toMillis() < 1) {
      throw new IllegalArgumentException("a window of at least 1 ms after a warm-up of 0 or more");
    }
  }

  static Timing ofSeconds(double warmup, double window) {
    return new Timing(seconds(warmup), seconds(window), DRAIN_MAX);
  }

  /// From the begin of the warm-up to the end of the window.
  long sendingNs() {
    return warmup.plus(window).toNanos();
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }
}
