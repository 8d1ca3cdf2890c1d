package dev.onceonly.sdk.tool;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// How governed tool calls are made. Immutable; each method gives a changed copy.
///
/// @param runId the run whose timeline the calls are written to, and in which equal calls are one;
///   null for none
/// @param spendUsd what one call is expected to cost, in USD; null for nothing
public record GovernedToolOptions(@Nullable String runId, @Nullable BigDecimal spendUsd) {
  private static final GovernedToolOptions DEFAULTS = new GovernedToolOptions(null, null);

  /// Refuses a blank run and a negative cost.
  public GovernedToolOptions {
    if (runId != null && runId.isBlank()) {
      throw new IllegalArgumentException("runId must not be blank");
    }
    if (spendUsd != null && spendUsd.signum() < 0) {
      throw new IllegalArgumentException("spendUsd must not be negative");
    }
  }

  /// Every option at its default.
  public static GovernedToolOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `runId`.
  public GovernedToolOptions runId(@Nullable String runId) {
    return new GovernedToolOptions(runId, spendUsd);
  }

  /// A copy with another `spendUsd`.
  public GovernedToolOptions spendUsd(@Nullable BigDecimal spendUsd) {
    return new GovernedToolOptions(runId, spendUsd);
  }
}
