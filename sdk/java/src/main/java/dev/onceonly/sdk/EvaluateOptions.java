package dev.onceonly.sdk;

import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `evaluate` may be told beside the agent and the tool.
///
/// @param args the tool's arguments, at most 64 KiB of JSON; null for none
/// @param spendUsd what the call is expected to cost, in USD; null for nothing
public record EvaluateOptions(
    @Nullable Map<String, ? extends @Nullable Object> args, @Nullable BigDecimal spendUsd) {
  private static final EvaluateOptions DEFAULTS = new EvaluateOptions(null, null);

  public EvaluateOptions {
    args = Arguments.frozen(args);
  }

  /// Every option at its default.
  public static EvaluateOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `args`.
  public EvaluateOptions args(@Nullable Map<String, ? extends @Nullable Object> args) {
    return new EvaluateOptions(args, spendUsd);
  }

  /// A copy with another `spendUsd`.
  public EvaluateOptions spendUsd(@Nullable BigDecimal spendUsd) {
    return new EvaluateOptions(args, spendUsd);
  }
}
