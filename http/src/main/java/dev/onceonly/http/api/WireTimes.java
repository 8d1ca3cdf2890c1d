package dev.onceonly.http.api;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Times as the wire shows them: whole seconds.
final class WireTimes {
  private WireTimes() {}

  /// ISO-8601 UTC ending in `Z`, second precision.
  static String iso(long epochMs) {
    return Instant.ofEpochMilli(epochMs).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /// Whole seconds that are left, rounded up; never negative.
  static long leftSeconds(long expiresAtMs, Instant now) {
    return Math.max(0, Math.ceilDiv(expiresAtMs - now.toEpochMilli(), 1_000));
  }
}
