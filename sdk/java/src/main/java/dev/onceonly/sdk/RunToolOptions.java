package dev.onceonly.sdk;

import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `runTool` may be told beside the agent and the tool. Mutable: a verb makes one, hands it to
/// the function that it is given, and reads it at once.
public final class RunToolOptions {
  @Nullable Map<String, ? extends @Nullable Object> args;
  @Nullable BigDecimal spendUsd;
  @Nullable String runId;
  @Nullable String idempotencyKey;
  boolean dryRun;

  RunToolOptions() {}

  /// The tool's arguments, at most 64 KiB of JSON; none unless set.
  public RunToolOptions args(@Nullable Map<String, ? extends @Nullable Object> args) {
    this.args = Arguments.frozen(args);
    return this;
  }

  /// What the call is expected to cost, in USD; nothing unless set.
  public RunToolOptions spendUsd(@Nullable BigDecimal spendUsd) {
    this.spendUsd = spendUsd;
    return this;
  }

  /// The run whose timeline the call is written to.
  ///
  /// @throws IllegalArgumentException if it is blank
  public RunToolOptions runId(@Nullable String runId) {
    this.runId = Arguments.runId(runId);
    return this;
  }

  /// Names the call, so that equal arguments under another key are another call; the arguments
  /// themselves unless set.
  public RunToolOptions idempotencyKey(@Nullable String idempotencyKey) {
    this.idempotencyKey = idempotencyKey;
    return this;
  }

  /// Whether it is only decided, and the tool not called.
  public RunToolOptions dryRun(boolean dryRun) {
    this.dryRun = dryRun;
    return this;
  }
}
