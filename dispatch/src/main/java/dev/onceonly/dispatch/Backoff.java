package dev.onceonly.dispatch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long to wait before another attempt: 200 ms, doubled each time, up to 5 s, of which the
/// second half is left to chance so that callers who failed together do not come back together.
final class Backoff {
  static final Duration FIRST = Duration.ofMillis(200);
  static final Duration MAX = Duration.ofSeconds(5);

  private static final int DOUBLINGS_MAX = 10;

  private Backoff() {}

  /// The wait after an attempt.
  ///
  /// @param attempt its number, from 1
  /// @param asked what the tool asked for at least; taken up to 5 s
  /// @param chance 0 to 1
  static Duration after(int attempt, @Nullable Duration asked, double chance) {
    Duration doubled = FIRST.multipliedBy(1L << Math.min(attempt - 1, DOUBLINGS_MAX));
    Duration full = shorter(doubled, MAX);
    long halfNanos = full.toNanos() / 2;
    Duration wait = Duration.ofNanos(halfNanos + (long) (halfNanos * chance));
    return asked == null || asked.compareTo(wait) <= 0 ? wait : shorter(asked, MAX);
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
