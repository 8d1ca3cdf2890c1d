package dev.onceonly.core.govern;

import org.jspecify.annotations.Nullable;

/// One governed call as stored: what was asked, what it holds, how it is delivered, how it ended.
public record CallRow(Asked asked, Hold hold, Delivery delivery, Ending ending) {

  /// What was asked.
  ///
  /// @param scopeId of the tool that was resolved
  /// @param argsHash SHA-256 of the canonical arguments, 64 hexadecimal digits
  /// @param attemptId the caller's id for this logical call
  /// @param runId whose timeline shows it
  public record Asked(
      String agentId,
      String tool,
      String scopeId,
      String argsHash,
      @Nullable String attemptId,
      @Nullable String runId) {}

  /// What it holds, in the hour and day in which it was made.
  ///
  /// @param createdAtMs decides hour and day
  public record Hold(long spendNanoUsd, long createdAtMs) {}

  /// How it is delivered.
  ///
  /// @param dedupHash of the dedup entry that leads here
  /// @param idempotencyKey random, sent to the tool with every attempt
  /// @param attempts begun so far
  /// @param toolBinding see [ToolRow#binding()]
  /// @param claim of the dispatcher that has it; 0 where nobody has
  /// @param claimUntilMs when the sweep may take it up, unless it has been renewed
  public record Delivery(
      String dedupHash,
      String idempotencyKey,
      int attempts,
      String toolBinding,
      long claim,
      long claimUntilMs) {

    public Delivery claimedBy(long newClaim, long untilMs) {
      return new Delivery(dedupHash, idempotencyKey, attempts, toolBinding, newClaim, untilMs);
    }

    public Delivery withAttempts(int begun) {
      return new Delivery(dedupHash, idempotencyKey, begun, toolBinding, claim, claimUntilMs);
    }
  }

  /// How it stands.
  ///
  /// @param settledAtMs when it left `reserved`; null before
  /// @param statusCode the tool's last HTTP status; null where there was no answer
  /// @param message why it did not succeed; never a secret
  /// @param resolvedBy the API key's id by which a person settled it
  public record Ending(
      CallState state,
      @Nullable Long settledAtMs,
      @Nullable Integer statusCode,
      @Nullable String message,
      @Nullable String resolvedBy,
      @Nullable String note) {
    public static final Ending OPEN = new Ending(CallState.RESERVED, null, null, null, null, null);
  }

  public CallState state() {
    return ending.state;
  }

  public CallRow with(Delivery changed) {
    return new CallRow(asked, hold, changed, ending);
  }

  public CallRow with(Ending changed) {
    return new CallRow(asked, hold, delivery, changed);
  }
}
