package dev.onceonly.core.service;

import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.govern.CallDocument;
import dev.onceonly.core.govern.CallDocumentKey;
import dev.onceonly.core.govern.CallDocumentKey.Kind;
import dev.onceonly.core.govern.CallId;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.service.CallAnswer.Made;
import dev.onceonly.core.service.CallAnswer.ToolFailure;
import dev.onceonly.core.service.SettleStep.Ended;
import dev.onceonly.core.service.SettleStep.Ended.Way;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Carries out claimed calls: outside of any step, then settled in one. Thread-safe.
record Dispatches(Store store, ToolDispatcher dispatcher, KillSwitch killSwitch, Settler settler) {

  /// For whom a call is dispatched.
  ///
  /// @param fence of the keyed run whose step it is
  /// @param waitMs how long its outcome is waited for once it has ended; null for as long as it
  ///   takes
  record For(CallContext context, Plan plan, @Nullable Long fence, @Nullable Long waitMs) {}

  /// Dispatches a call and settles it.
  ///
  /// @param over run once the call is stored, or is left because the server stops
  /// @throws dev.onceonly.core.Failure `UNKNOWN_OUTCOME` where it could not be stored in time
  CallAnswer.Decided carryOut(Opened.Work work, For whom, Runnable over) {
    settler.take(work.key(), work.call().claim());
    Ended ended;
    try {
      ended = dispatched(work, whom);
    } catch (RuntimeException | Error broken) {
      settle(work.call(), whom, unknown("the dispatcher has failed"), over);
      throw broken;
    }
    return settle(work.call(), whom, ended, over);
  }

  private Ended dispatched(Opened.Work work, For whom) {
    String body = work.bodyJson() == null ? storedBody(work) : work.bodyJson();
    if (body == null) {
      return unknown("what was sent at first is not known");
    }
    ToolDispatcher.Order order =
        new ToolDispatcher.Order(
            work.toolKey(),
            work.tool(),
            body,
            work.call().row().delivery().idempotencyKey(),
            work.attemptsBefore(),
            work.call().row().asked().runId(),
            whom.fence());
    Claims.Attempts attempts =
        new Claims.Attempts(new Claims.Keeping(store, settler.patience()), killSwitch, work);
    ToolDispatcher.Outcome outcome = dispatcher.dispatch(order, attempts);
    return ended(outcome, work, attempts.isSwitchedOff());
  }

  private @Nullable String storedBody(Opened.Work work) {
    CallDocumentKey key = new CallDocumentKey(work.key(), Kind.BODY);
    try {
      return settler
          .patience()
          .askFor(Claims.Keeping.PAUSED_MS_MAX, () -> Optional.ofNullable(store.get(key)))
          .map(CallDocument::json)
          .orElse(null);
    } catch (Failure | Patience.Stopped _) {
      return null;
    }
  }

  /// Settles what this dispatcher has claimed; where the claim was lost, tells what is stored.
  CallAnswer.Decided settle(Opened.Claimed call, For whom, Ended ended, Runnable over) {
    SettleStep step = new SettleStep(call, whom.context(), whom.plan(), ended);
    return settler.settle(
        call, () -> store.run(step).orElseGet(() -> stored(call)), over, whom.waitMs());
  }

  static Ended unknown(String why) {
    return new Ended(Way.UNKNOWN, null, why, null);
  }

  /// After an earlier dispatcher's attempts nothing is certain but success.
  private static Ended ended(
      ToolDispatcher.Outcome outcome, Opened.Work work, boolean switchedOff) {
    boolean uncertain = work.attemptsBefore() > 0;
    return switch (outcome) {
      case ToolDispatcher.Outcome.Executed(_, int status, var result) ->
          new Ended(Way.EXECUTED, status, null, result);
      case ToolDispatcher.Outcome.Failed(_, var status, var message) ->
          new Ended(uncertain ? Way.UNKNOWN : Way.FAILED, status, message, null);
      case ToolDispatcher.Outcome.Unknown(_, var status, var message) ->
          new Ended(Way.UNKNOWN, status, message, null);
      case ToolDispatcher.Outcome.Stopped(_, boolean uncertainNow) -> {
        String why = switchedOff ? SettleStep.AGENT_DISABLED : "the server could not go on";
        Way certain = switchedOff ? Way.STOPPED : Way.FAILED;
        yield new Ended(uncertain || uncertainNow ? Way.UNKNOWN : certain, null, why, null);
      }
    };
  }

  private CallAnswer.Decided stored(Opened.Claimed call) {
    CallRow row = store.get(call.key());
    CallRow known = row == null ? call.row() : row;
    boolean executed = known.state() == CallState.EXECUTED;
    boolean failed = known.state() == CallState.FAILED;
    CallDocument result = executed ? store.get(new CallDocumentKey(call.key(), Kind.RESULT)) : null;
    Made made =
        new Made(
            CallId.of(call.key().number()),
            known.hold().spendNanoUsd(),
            result == null ? null : result.json(),
            false);
    String message = known.ending().message();
    return new CallAnswer.Decided(
        executed ? Decision.EXECUTED : failed ? Decision.ERROR : Decision.UNKNOWN,
        true,
        executed ? Reason.OK : Reason.TOOL_ERROR,
        call.policyVersion(),
        made,
        executed
            ? null
            : new ToolFailure(
                known.ending().statusCode(),
                message == null ? "another dispatcher has taken the call" : message));
  }
}
