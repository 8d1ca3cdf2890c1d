package dev.onceonly.core.service;

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
import org.jspecify.annotations.Nullable;

/// Carries out claimed calls: outside of any step, then settled in one. Thread-safe.
record Dispatches(Store store, ToolDispatcher dispatcher, KillSwitch killSwitch) {

  /// For whom a call is dispatched.
  ///
  /// @param fence of the keyed run whose step it is
  record For(CallContext context, Plan plan, @Nullable Long fence) {}

  CallAnswer.Decided carryOut(Opened.Work work, For whom) {
    String body = work.bodyJson() == null ? storedBody(work) : work.bodyJson();
    if (body == null) {
      return settle(work.call(), whom, unknown("what was sent at first is no longer known"));
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
    Claims.Attempts attempts = new Claims.Attempts(store, killSwitch, whom.context().agent(), work);
    ToolDispatcher.Outcome outcome;
    try {
      outcome = dispatcher.dispatch(order, attempts);
    } catch (RuntimeException | Error broken) {
      settle(work.call(), whom, unknown("the dispatcher has failed"));
      throw broken;
    }
    return settle(work.call(), whom, ended(outcome, work, attempts.isSwitchedOff()));
  }

  private @Nullable String storedBody(Opened.Work work) {
    CallDocument body = store.get(new CallDocumentKey(work.key(), Kind.BODY));
    return body == null ? null : body.json();
  }

  /// Settles what this dispatcher has claimed; where the claim was lost, tells what is stored.
  CallAnswer.Decided settle(Opened.Claimed call, For whom, Ended ended) {
    return store
        .run(new SettleStep(call, whom.context(), whom.plan(), ended))
        .orElseGet(() -> stored(call));
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
