package dev.onceonly.sdk;

import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `runTool` may be told beside the agent and the tool.
///
/// @param args the tool's arguments, at most 64 KiB of JSON; null for none
/// @param spendUsd what the call is expected to cost, in USD; null for nothing
/// @param runId the run whose timeline the call is written to; blank is refused
/// @param idempotencyKey names the call, so that equal arguments under another key are another
///   call; null to go by the arguments
/// @param dryRun decide, but do not call the tool
public record RunToolOptions(
    @Nullable Map<String, ? extends @Nullable Object> args,
    @Nullable BigDecimal spendUsd,
    @Nullable String runId,
    @Nullable String idempotencyKey,
    boolean dryRun) {
  private static final RunToolOptions DEFAULTS = new RunToolOptions(null, null, null, null, false);

  public RunToolOptions {
    args = Arguments.frozen(args);
    runId = Arguments.runId(runId);
  }

  /// Every option at its default.
  public static RunToolOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `args`.
  public RunToolOptions args(@Nullable Map<String, ? extends @Nullable Object> args) {
    return new RunToolOptions(args, spendUsd, runId, idempotencyKey, dryRun);
  }

  /// A copy with another `spendUsd`.
  public RunToolOptions spendUsd(@Nullable BigDecimal spendUsd) {
    return new RunToolOptions(args, spendUsd, runId, idempotencyKey, dryRun);
  }

  /// A copy with another `runId`.
  public RunToolOptions runId(@Nullable String runId) {
    return new RunToolOptions(args, spendUsd, runId, idempotencyKey, dryRun);
  }

  /// A copy with another `idempotencyKey`.
  public RunToolOptions idempotencyKey(@Nullable String idempotencyKey) {
    return new RunToolOptions(args, spendUsd, runId, idempotencyKey, dryRun);
  }

  /// A copy with another `dryRun`.
  public RunToolOptions dryRun(boolean dryRun) {
    return new RunToolOptions(args, spendUsd, runId, idempotencyKey, dryRun);
  }
}
