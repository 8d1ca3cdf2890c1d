package dev.onceonly.core.service;

import dev.onceonly.core.audit.AuditChain.Content;
import dev.onceonly.core.audit.AuditEntry.CallFacts;
import dev.onceonly.core.audit.AuditEntry.Verdict;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.CallId;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Money;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.usage.FeedItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one governed call leaves behind within one step: its audit entry, its run's events and the
/// figures. Lives for one call of `decide`; not thread-safe.
final class CallRecord {
  private static final String CALL = "call";

  private final CallContext context;
  private final Instant now;
  private final AuditTrail trail;
  private final @Nullable TimelineWriter timeline;
  final UsageMeter meter;

  CallRecord(CallContext context, Rows rows, Instant now) {
    this.context = context;
    this.now = now;
    this.trail = new AuditTrail(chain(context), rows);
    RunKey run = context.timeline();
    this.timeline = run == null ? null : new TimelineWriter(run, rows);
    this.meter = new UsageMeter(context.namespaceId(), rows, now);
  }

  /// What a step has to name among its reads.
  static List<RowKey<?>> reads(CallContext context, Instant now) {
    List<RowKey<?>> keys = new ArrayList<>(6);
    keys.add(chain(context));
    keys.addAll(UsageMeter.reads(context.namespaceId(), now));
    RunKey run = context.timeline();
    if (run != null) {
      keys.addAll(TimelineWriter.reads(run));
    }
    return keys;
  }

  private static ChainKey chain(CallContext context) {
    return new ChainKey(context.namespaceId(), context.agent().agentId());
  }

  /// One decision, as the log and the timeline tell it.
  ///
  /// @param call null where nothing was reserved
  record Told(
      Decision decision,
      boolean allowed,
      Reason reason,
      @Nullable String policyVersion,
      CallAnswer.@Nullable Made call) {

    long spendNanoUsd() {
      return call == null ? 0 : call.spendNanoUsd();
    }

    CallAnswer.Decided answer(CallAnswer.@Nullable ToolFailure failure) {
      return new CallAnswer.Decided(decision, allowed, reason, policyVersion, call, failure);
    }

    static CallAnswer.Made made(CallKey key, CallRow row) {
      return new CallAnswer.Made(CallId.of(key.number()), row.hold().spendNanoUsd(), null, false);
    }
  }

  void log(Told told, @Nullable String detail) {
    log(CALL, told, detail);
  }

  /// Logs under another verb of the domain.
  void log(String action, Told told, @Nullable String detail) {
    Verdict verdict =
        new Verdict(
            told.allowed(),
            told.decision().wireName(),
            told.reason().wireName(),
            told.reason().risk().wireName());
    CallAnswer.Made call = told.call();
    CallFacts facts =
        new CallFacts(
            context.tool(),
            verdict,
            call == null ? null : call.callId(),
            context.argsHash(),
            told.spendNanoUsd(),
            told.policyVersion());
    trail.append(new Content(now.toEpochMilli(), action, context.actor(), facts, detail));
  }

  /// Whether this step has an entry for the agent's log.
  boolean hasLogged() {
    return !trail.isEmpty();
  }

  /// The call begins, or is taken up again.
  void started(@Nullable String message) {
    event("tool_call", "start", message, null, null);
  }

  /// The call has ended, and with it the run that consists of it.
  ///
  /// @param durationMs null where nothing was dispatched
  void ended(String status, Told told, @Nullable Long durationMs, @Nullable String message) {
    event("tool_result", status, message, durationMs, data(told));
    boolean completed = status.equals("ok") || status.equals("dedup");
    event("run_finished", completed ? "completed" : "failed", null, null, null);
  }

  /// The call names a tool that is not there.
  void endedWithoutTool() {
    event(
        "tool_result",
        "error",
        "tool_not_found",
        null,
        "{\"decision\":\"error\",\"policy_reason\":\"tool_not_found\"}");
    event("run_finished", "failed", null, null, null);
  }

  private void event(
      String type,
      String status,
      @Nullable String message,
      @Nullable Long durationMs,
      @Nullable String dataJson) {
    if (timeline == null) {
      return;
    }
    RunEventRow.Ids ids = new RunEventRow.Ids(context.requestId(), null, context.agent().agentId());
    timeline.append(
        new RunEventRow(
            now.getEpochSecond(),
            now.toEpochMilli(),
            type,
            new RunEventRow.Labels(status, null, context.tool(), ids, message),
            durationMs,
            dataJson));
  }

  /// Every word in it is one of ours, so nothing needs an escape.
  private static String data(Told told) {
    StringBuilder json = new StringBuilder(160);
    json.append("{\"decision\":\"").append(told.decision().wireName());
    json.append("\",\"policy_reason\":\"").append(told.reason().wireName());
    json.append("\",\"risk_level\":\"").append(told.reason().risk().wireName()).append('"');
    if (told.policyVersion() != null) {
      json.append(",\"policy_version\":\"").append(told.policyVersion()).append('"');
    }
    CallAnswer.Made call = told.call();
    if (call != null) {
      json.append(",\"call_id\":\"").append(call.callId());
      json.append("\",\"spend_usd\":").append(Money.toUsd(call.spendNanoUsd()).toPlainString());
    }
    return json.append('}').toString();
  }

  /// What the recent feed says of a blocked call.
  FeedItem blocked(Told told) {
    return new FeedItem(
        context.namespaceId(),
        now.toEpochMilli(),
        FeedItem.Type.POLICY_BLOCKED,
        null,
        null,
        new FeedItem.Blocked(
            context.agent().agentId(),
            context.tool(),
            told.reason().wireName(),
            told.reason().risk().wireName(),
            told.policyVersion()));
  }

  /// Everything.
  void saveInto(List<Change<?>> changes) {
    saveLogInto(changes);
    meter.saveInto(changes);
  }

  /// Everything but the figures.
  void saveLogInto(List<Change<?>> changes) {
    trail.saveInto(changes);
    if (timeline != null) {
      timeline.saveInto(changes);
    }
  }
}
