package dev.onceonly.core.account;

import org.jspecify.annotations.Nullable;

/// The bundle of limits of a namespace. Data, not code: the built-in ones can be overridden by
/// settings.
///
/// @param name lower case, as on the wire
/// @param make monthly limit on blocked duplicates; null is unlimited
/// @param ai monthly limit on acquired leases and runs; null is unlimited
/// @param hardStop at the limit, new requests are refused with 402; otherwise they continue
public record Plan(
    String name, @Nullable Long make, @Nullable Long ai, boolean hardStop, TtlBounds ttl) {

  /// Seconds, inclusive.
  public record TtlBounds(long defaultSeconds, long maxSeconds) {
    public static final long MIN_SECONDS = 10;

    public TtlBounds {
      if (maxSeconds < MIN_SECONDS || defaultSeconds < MIN_SECONDS || defaultSeconds > maxSeconds) {
        throw new IllegalArgumentException(
            "a plan's TTL needs 10 <= default <= max, was default "
                + defaultSeconds
                + ", max "
                + maxSeconds);
      }
    }

    /// The TTL that a request gets, in milliseconds; null asks for the default.
    public long effectiveMs(@Nullable Long askedSeconds) {
      long seconds = askedSeconds == null ? defaultSeconds : askedSeconds;
      return Math.clamp(seconds, MIN_SECONDS, maxSeconds) * 1_000;
    }
  }
}
