package dev.onceonly.core.service;

import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.usage.LimitReached;
import org.jspecify.annotations.Nullable;

/// What a caller of a governed call is told.
public sealed interface CallAnswer {

  /// The plan's monthly limit has been reached; nothing was looked at.
  record OverLimit(LimitReached limit) implements CallAnswer {}

  /// It was decided, and where it was allowed, dispatched.
  ///
  /// @param allowed as decided; of a dry run, as it would be
  /// @param policyVersion null where the agent has no policy
  /// @param call null where nothing was reserved
  /// @param failure null unless the decision is `error` or `unknown`
  record Decided(
      Decision decision,
      boolean allowed,
      Reason reason,
      @Nullable String policyVersion,
      @Nullable Made call,
      @Nullable ToolFailure failure)
      implements CallAnswer {}

  /// The call behind a decision.
  ///
  /// @param resultJson compact JSON of an object; null where there is none (yet)
  /// @param replayed whether this is the first call's answer, given again to its attempt id
  record Made(String callId, long spendNanoUsd, @Nullable String resultJson, boolean replayed) {}

  /// Why the tool's answer is no success.
  ///
  /// @param statusCode the tool's last HTTP status; null where there was no answer
  record ToolFailure(@Nullable Integer statusCode, String message) {}
}
