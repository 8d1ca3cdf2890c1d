package dev.onceonly.sdk.tool;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// How governed tool calls are made. Mutable: it is made for the function that is given to the
/// constructor, and must not be changed later.
public final class GovernedToolOptions {
  @Nullable String runId;
  @Nullable BigDecimal spendUsd;

  GovernedToolOptions() {}

  /// The run whose timeline the calls are written to, and in which equal calls are one; none unless
  /// set.
  ///
  /// @throws IllegalArgumentException if it is blank
  public GovernedToolOptions runId(@Nullable String runId) {
    if (runId != null && runId.isBlank()) {
      throw new IllegalArgumentException("runId must not be empty");
    }
    this.runId = runId;
    return this;
  }

  /// What one call is expected to cost, in USD; nothing unless set.
  ///
  /// @throws IllegalArgumentException if it is negative
  public GovernedToolOptions spendUsd(@Nullable BigDecimal spendUsd) {
    if (spendUsd != null && spendUsd.signum() < 0) {
      throw new IllegalArgumentException("spendUsd must be a number, 0 or more");
    }
    this.spendUsd = spendUsd;
    return this;
  }
}
