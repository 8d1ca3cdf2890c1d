package dev.onceonly.core.account;

import org.jspecify.annotations.Nullable;

/// The bundle of limits of a namespace. Data, not code: the built-in ones can be overridden by
/// settings.
///
/// @param name lower case, as on the wire
/// @param make monthly limit on blocked duplicates; null is unlimited
/// @param ai monthly limit on acquired leases and runs; null is unlimited
/// @param hardStop at the limit, new requests are refused with 402; otherwise they continue
/// @param governance what it has of policies, tools and agents
public record Plan(
    String name,
    @Nullable Long make,
    @Nullable Long ai,
    boolean hardStop,
    TtlBounds ttl,
    Governance governance) {

  /// A plan with all of governance.
  public Plan(
      String name, @Nullable Long make, @Nullable Long ai, boolean hardStop, TtlBounds ttl) {
    this(name, make, ai, hardStop, ttl, Governance.ALL);
  }

  /// What a plan has of governance (contract 12). Fields of a policy that the plan lacks are left
  /// out when it is stored.
  ///
  /// @param toolsMax registered tools; null is unlimited
  /// @param caps action, per-tool and spend caps
  /// @param pricing pricing rules and templates
  /// @param insight agents' logs, metrics and the kill switch
  public record Governance(
      @Nullable Long toolsMax, boolean caps, boolean pricing, boolean insight) {
    public static final Governance ALL = new Governance(null, true, true, true);
  }

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
