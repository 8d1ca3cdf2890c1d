package dev.onceonly.server.api;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/// Keeps tests of a running server, whose clock is the wall's, away from the borders of the hours,
/// days and months in which it counts: what a test does in one and reads in the next is not there.
public final class UtcBorder {
  private static final Duration TEST_MAX = Duration.ofMinutes(1);

  private UtcBorder() {}

  /// Waits for the next hour where this one has less than a minute left.
  public static void passHour() {
    pass(ChronoUnit.HOURS, TEST_MAX);
  }

  /// Waits for the next one where this hour or day ends sooner than a test needs.
  public static void pass(ChronoUnit unit, Duration needed) {
    LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC);
    Duration left = Duration.between(now, now.truncatedTo(unit).plus(1, unit));
    if (left.compareTo(needed) >= 0) {
      return;
    }
    try {
      // A clock may be read a little early by somebody else.
      Thread.sleep(left.plusMillis(100));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before the next of the " + unit, e);
    }
  }
}
