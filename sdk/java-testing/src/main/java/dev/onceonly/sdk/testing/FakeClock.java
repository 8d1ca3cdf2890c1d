package dev.onceonly.sdk.testing;

import dev.onceonly.sdk.internal.json.Fields;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// Time that passes only when a test says so. Guarded by the fake's lock.
final class FakeClock {
  /// How long the server answers an attempt id again.
  static final Duration REPLAYED = Duration.ofSeconds(60);

  private static final long TTL_MIN = 10;
  private static final long TTL_MAX = Duration.ofDays(30).toSeconds();

  private Instant now = Instant.parse("2026-05-01T08:00:00Z");
  private long fence = 1_000;

  Instant now() {
    return now;
  }

  void advance(Duration duration) {
    now = now.plus(duration);
  }

  long nextFence() {
    return ++fence;
  }

  static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /// A TTL in seconds, as the server grants it: 10 seconds to 30 days; the default when there is
  /// none.
  ///
  /// @throws InvalidTtl if it is not a whole number above zero
  static Duration ttl(@Nullable Object given, Duration otherwise) throws InvalidTtl {
    if (given == null) {
      return otherwise;
    }
    Long seconds = Fields.wholeNumber(given);
    if (seconds != null && seconds > 0) {
      return Duration.ofSeconds(Math.max(TTL_MIN, Math.min(TTL_MAX, seconds)));
    }
    throw new InvalidTtl();
  }

  /// A TTL that can't be right.
  static final class InvalidTtl extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidTtl() {
      super("ttl must be positive");
    }

    FakeAnswer answer() {
      var item = FakeAnswer.object("loc", java.util.List.of("body", "ttl"), "msg", getMessage());
      return new FakeAnswer(422, FakeAnswer.object("detail", java.util.List.of(item)));
    }
  }
}
