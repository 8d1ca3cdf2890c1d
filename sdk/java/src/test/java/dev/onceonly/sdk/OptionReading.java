package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Options objects from a step's arguments.
final class OptionReading {
  private OptionReading() {}

  static CheckLockOptions checkLock(Args args) {
    CheckLockOptions options = CheckLockOptions.defaults();
    options = args.withSeconds(options, "ttl", CheckLockOptions::ttl);
    options = args.withAny(options, "meta", CheckLockOptions::meta);
    options = args.withText(options, "request_id", CheckLockOptions::requestId);
    options = args.withText(options, "fingerprint", CheckLockOptions::fingerprint);
    return args.withFlag(options, "fail_open", CheckLockOptions::failOpen);
  }

  static List<LockItem> items(Args args) {
    return args.list("items").stream().map(item -> item(new Args(Fields.of(item)))).toList();
  }

  private static LockItem item(Args args) {
    LockItem item = LockItem.of(args.text("key"));
    item = args.withSeconds(item, "ttl", LockItem::ttl);
    item = args.withAny(item, "meta", LockItem::meta);
    return args.withText(item, "fingerprint", LockItem::fingerprint);
  }

  static UpdateNotificationsOptions notifications(Args args) {
    UpdateNotificationsOptions options = UpdateNotificationsOptions.defaults();
    options =
        args.withFlag(
            options,
            "email_notifications_enabled",
            UpdateNotificationsOptions::emailNotificationsEnabled);
    options =
        args.withFlag(
            options,
            "tool_error_notifications_enabled",
            UpdateNotificationsOptions::toolErrorNotificationsEnabled);
    return args.withFlag(
        options,
        "run_failure_notifications_enabled",
        UpdateNotificationsOptions::runFailureNotificationsEnabled);
  }

  static EventsOptions events(Args args) {
    EventsOptions options =
        args.withNumber(EventsOptions.defaults(), "limit", EventsOptions::limit);
    return args.withNumber(options, "offset", EventsOptions::offset);
  }

  static PostEventOptions postEvent(Args args) {
    PostEventOptions options = PostEventOptions.defaults();
    if (args.has("ts")) {
      options = options.ts(Instant.ofEpochSecond(args.number("ts", 0)));
    }
    if (args.has("duration_ms")) {
      options = options.duration(Duration.ofMillis(args.number("duration_ms", 0)));
    }
    options = args.withText(options, "status", PostEventOptions::status);
    options = args.withText(options, "step", PostEventOptions::step);
    options = args.withText(options, "tool", PostEventOptions::tool);
    options = args.withText(options, "req_id", PostEventOptions::reqId);
    options = args.withText(options, "lease_id", PostEventOptions::leaseId);
    options = args.withText(options, "agent_id", PostEventOptions::agentId);
    options = args.withText(options, "message", PostEventOptions::message);
    options = args.withObject(options, "data", PostEventOptions::data);
    return args.withObject(options, "extra", PostEventOptions::extra);
  }

  static ListRunsOptions listRuns(Args args) {
    ListRunsOptions options = ListRunsOptions.defaults();
    options = args.withNumber(options, "limit", ListRunsOptions::limit);
    options = args.withNumber(options, "offset", ListRunsOptions::offset);
    return args.withText(options, "q", ListRunsOptions::q);
  }

  static GetRunTimelineOptions timeline(Args args) {
    GetRunTimelineOptions options = GetRunTimelineOptions.defaults();
    options = args.withNumber(options, "limit", GetRunTimelineOptions::limit);
    return args.withNumber(options, "offset", GetRunTimelineOptions::offset);
  }

  static ListCallsOptions listCalls(Args args) {
    ListCallsOptions options = ListCallsOptions.defaults();
    options = args.withText(options, "state", ListCallsOptions::state);
    options = args.withText(options, "agent_id", ListCallsOptions::agentId);
    options = args.withNumber(options, "limit", ListCallsOptions::limit);
    return args.withNumber(options, "offset", ListCallsOptions::offset);
  }

  static ResolveCallOptions resolveCall(Args args) {
    ResolveCallOptions options = ResolveCallOptions.defaults();
    options = args.withAny(options, "result", ResolveCallOptions::result);
    return args.withText(options, "note", ResolveCallOptions::note);
  }

  static EvaluateOptions evaluate(Args args) {
    EvaluateOptions options =
        args.withObject(EvaluateOptions.defaults(), "args", EvaluateOptions::args);
    return args.withMoney(options, "spend_usd", EvaluateOptions::spendUsd);
  }

  static RunOptions run(Args args) {
    RunOptions options = RunOptions.defaults();
    options = args.withText(options, "key", RunOptions::key);
    options = args.withSeconds(options, "ttl", RunOptions::ttl);
    options = args.withAny(options, "metadata", RunOptions::metadata);
    options = args.withText(options, "agent_id", RunOptions::agentId);
    options = args.withText(options, "tool", RunOptions::tool);
    options = args.withObject(options, "args", RunOptions::args);
    options = args.withMoney(options, "spend_usd", RunOptions::spendUsd);
    options = args.withText(options, "run_id", RunOptions::runId);
    options = args.withText(options, "fingerprint", RunOptions::fingerprint);
    return args.withFlag(options, "retry_failed", RunOptions::retryFailed);
  }

  static RunToolOptions runTool(Args args) {
    RunToolOptions options = RunToolOptions.defaults();
    options = args.withObject(options, "args", RunToolOptions::args);
    options = args.withMoney(options, "spend_usd", RunToolOptions::spendUsd);
    options = args.withText(options, "run_id", RunToolOptions::runId);
    options = args.withText(options, "idempotency_key", RunToolOptions::idempotencyKey);
    return args.withFlag(options, "dry_run", RunToolOptions::dryRun);
  }

  static LeaseOptions lease(Args args) {
    LeaseOptions options = LeaseOptions.defaults();
    options = args.withSeconds(options, "ttl", LeaseOptions::ttl);
    options = args.withAny(options, "metadata", LeaseOptions::metadata);
    options = args.withText(options, "fingerprint", LeaseOptions::fingerprint);
    return args.withFlag(options, "retry_failed", LeaseOptions::retryFailed);
  }

  static RunAndWaitOptions runAndWait(Args args) {
    RunAndWaitOptions options = RunAndWaitOptions.defaults();
    options = args.withSeconds(options, "ttl", RunAndWaitOptions::ttl);
    options = args.withAny(options, "metadata", RunAndWaitOptions::metadata);
    options = args.withSeconds(options, "timeout", RunAndWaitOptions::timeout);
    options = args.withSeconds(options, "poll_min", RunAndWaitOptions::pollMin);
    options = args.withSeconds(options, "poll_max", RunAndWaitOptions::pollMax);
    options = args.withText(options, "fingerprint", RunAndWaitOptions::fingerprint);
    options = args.withFlag(options, "retry_failed", RunAndWaitOptions::retryFailed);
    options = args.withFlag(options, "auto_extend", RunAndWaitOptions::autoExtend);
    return args.withSeconds(options, "extend_every", RunAndWaitOptions::extendEvery);
  }

  static WaitOptions waiting(Args args) {
    WaitOptions options = WaitOptions.defaults();
    options = args.withSeconds(options, "timeout", WaitOptions::timeout);
    options = args.withSeconds(options, "poll_min", WaitOptions::pollMin);
    options = args.withSeconds(options, "poll_max", WaitOptions::pollMax);
    options = args.withText(options, "lease_id", WaitOptions::leaseId);
    options = args.withFlag(options, "auto_extend", WaitOptions::autoExtend);
    return args.withSeconds(options, "extend_every", WaitOptions::extendEvery);
  }

  static RunFnOptions runFn(Args args) {
    RunFnOptions options = RunFnOptions.defaults();
    options = args.withSeconds(options, "ttl", RunFnOptions::ttl);
    options = args.withAny(options, "metadata", RunFnOptions::metadata);
    options = args.withSeconds(options, "extend_every", RunFnOptions::extendEvery);
    options = args.withFlag(options, "wait_on_conflict", RunFnOptions::waitOnConflict);
    options = args.withSeconds(options, "timeout", RunFnOptions::timeout);
    options = args.withSeconds(options, "poll_min", RunFnOptions::pollMin);
    options = args.withSeconds(options, "poll_max", RunFnOptions::pollMax);
    options = args.withText(options, "error_code", RunFnOptions::errorCode);
    options = args.withText(options, "fingerprint", RunFnOptions::fingerprint);
    return args.withFlag(options, "retry_failed", RunFnOptions::retryFailed);
  }
}
