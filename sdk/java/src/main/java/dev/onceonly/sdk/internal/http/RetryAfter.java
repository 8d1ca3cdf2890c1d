package dev.onceonly.sdk.internal.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The header `Retry-After`.
final class RetryAfter {
  private static final double SECONDS_MAX = 1e9;
  // Java reads more as a number: `1d`, `NaN`, `0x1p3`.
  private static final Pattern SECONDS = Pattern.compile("\\d+(\\.\\d+)?");

  private RetryAfter() {}

  /// How long to wait, from seconds or from a date; null if there is no such header, or no sense in
  /// it.
  static @Nullable Duration read(@Nullable String header) {
    if (header == null) {
      return null;
    }
    String text = header.strip();
    if (!SECONDS.matcher(text).matches()) {
      return untilDate(text);
    }
    double seconds = Double.parseDouble(text);
    return seconds <= SECONDS_MAX ? Duration.ofMillis(Math.round(seconds * 1_000)) : null;
  }

  private static @Nullable Duration untilDate(String text) {
    try {
      Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(Instant.now(), date);
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
