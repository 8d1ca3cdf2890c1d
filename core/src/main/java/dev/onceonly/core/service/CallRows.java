package dev.onceonly.core.service;

import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.ToolRow;
import java.time.Instant;

/// Makes the rows of calls that are about to be dispatched.
final class CallRows {
  /// How long a claim holds beyond an attempt's own timeout: the pause before it, and a slow disk.
  static final long MARGIN_MS = 30_000;

  private CallRows() {}

  /// A new call, with its first attempt counted.
  static CallRow fresh(
      GovernedCall call,
      DecideStep.Draft draft,
      Situation situation,
      long costNanoUsd,
      Instant now) {
    ToolRow tool = situation.tool().required();
    CallRow.Asked asked =
        new CallRow.Asked(
            call.asker().agentId(),
            call.action().tool(),
            situation.tool().key().scopeId(),
            call.action().argsHash(),
            call.options().attemptId(),
            call.options().runId());
    CallRow.Delivery delivery =
        new CallRow.Delivery(
            draft.dedupHash(),
            draft.idempotencyKey(),
            1,
            tool.binding(),
            draft.claim(),
            untilMs(tool, now));
    CallRow.Hold hold = new CallRow.Hold(costNanoUsd, now.toEpochMilli());
    return new CallRow(asked, hold, delivery, CallRow.Ending.OPEN);
  }

  /// The call with one more attempt counted, claimed over it.
  static CallRow again(CallRow row, long claim, ToolRow tool, Instant now) {
    CallRow.Delivery delivery = row.delivery();
    return row.with(
        delivery.withAttempts(delivery.attempts() + 1).claimedBy(claim, untilMs(tool, now)));
  }

  static ToolRow withOneMoreRetry(ToolRow tool) {
    ToolRow.Delivery bounds = tool.delivery();
    int retries = Math.min(ToolRow.Delivery.RETRIES_MAX, bounds.maxRetries() + 1);
    return new ToolRow(
        tool.endpoint(),
        new ToolRow.Delivery(bounds.timeoutMs(), retries),
        tool.enabled(),
        tool.description(),
        tool.createdAtMs());
  }

  private static long untilMs(ToolRow tool, Instant now) {
    return now.toEpochMilli() + tool.delivery().timeoutMs() + MARGIN_MS;
  }
}
