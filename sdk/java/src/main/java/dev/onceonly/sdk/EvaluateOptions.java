package dev.onceonly.sdk;

import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `evaluate` may be told beside the agent and the tool. Mutable: a verb makes one, hands it
/// to the function that it is given, and reads it at once.
public final class EvaluateOptions {
  @Nullable Map<String, ? extends @Nullable Object> args;
  @Nullable BigDecimal spendUsd;

  EvaluateOptions() {}

  /// The tool's arguments, at most 64 KiB of JSON; none unless set.
  public EvaluateOptions args(@Nullable Map<String, ? extends @Nullable Object> args) {
    this.args = Arguments.frozen(args);
    return this;
  }

  /// What the call is expected to cost, in USD; nothing unless set.
  public EvaluateOptions spendUsd(@Nullable BigDecimal spendUsd) {
    this.spendUsd = spendUsd;
    return this;
  }
}
