package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Options objects from a step's arguments.
final class OptionReading {
  private OptionReading() {}

  static CheckLockOptions checkLock(Args args, CheckLockOptions options) {
    args.withSeconds(options, "ttl", CheckLockOptions::ttl);
    args.withAny(options, "meta", CheckLockOptions::meta);
    args.withText(options, "request_id", CheckLockOptions::requestId);
    args.withText(options, "fingerprint", CheckLockOptions::fingerprint);
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

  static UpdateNotificationsOptions notifications(Args args, UpdateNotificationsOptions options) {
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

  static EventsOptions events(Args args, EventsOptions options) {
    args.withNumber(options, "limit", EventsOptions::limit);
    return args.withNumber(options, "offset", EventsOptions::offset);
  }

  static PostEventOptions postEvent(Args args, PostEventOptions options) {
    if (args.has("ts")) {
      options.ts(Instant.ofEpochSecond(args.number("ts", 0)));
    }
    if (args.has("duration_ms")) {
      options.duration(Duration.ofMillis(args.number("duration_ms", 0)));
    }
    args.withText(options, "status", PostEventOptions::status);
    args.withText(options, "step", PostEventOptions::step);
    args.withText(options, "tool", PostEventOptions::tool);
    args.withText(options, "req_id", PostEventOptions::reqId);
    args.withText(options, "lease_id", PostEventOptions::leaseId);
    args.withText(options, "agent_id", PostEventOptions::agentId);
    args.withText(options, "message", PostEventOptions::message);
    args.withObject(options, "data", PostEventOptions::data);
    return args.withObject(options, "extra", PostEventOptions::extra);
  }

  static ListRunsOptions listRuns(Args args, ListRunsOptions options) {
    args.withNumber(options, "limit", ListRunsOptions::limit);
    args.withNumber(options, "offset", ListRunsOptions::offset);
    return args.withText(options, "q", ListRunsOptions::q);
  }

  static GetRunTimelineOptions timeline(Args args, GetRunTimelineOptions options) {
    args.withNumber(options, "limit", GetRunTimelineOptions::limit);
    return args.withNumber(options, "offset", GetRunTimelineOptions::offset);
  }

  static ListCallsOptions listCalls(Args args, ListCallsOptions options) {
    args.withText(options, "state", ListCallsOptions::state);
    args.withText(options, "agent_id", ListCallsOptions::agentId);
    args.withNumber(options, "limit", ListCallsOptions::limit);
    return args.withNumber(options, "offset", ListCallsOptions::offset);
  }

  static ResolveCallOptions resolveCall(Args args, ResolveCallOptions options) {
    args.withAny(options, "result", ResolveCallOptions::result);
    return args.withText(options, "note", ResolveCallOptions::note);
  }

  static EvaluateOptions evaluate(Args args, EvaluateOptions options) {
    args.withObject(options, "args", EvaluateOptions::args);
    return args.withMoney(options, "spend_usd", EvaluateOptions::spendUsd);
  }

  static RunOptions run(Args args, RunOptions options) {
    args.withText(options, "key", RunOptions::key);
    args.withSeconds(options, "ttl", RunOptions::ttl);
    args.withAny(options, "metadata", RunOptions::metadata);
    args.withText(options, "agent_id", RunOptions::agentId);
    args.withText(options, "tool", RunOptions::tool);
    args.withObject(options, "args", RunOptions::args);
    args.withMoney(options, "spend_usd", RunOptions::spendUsd);
    args.withText(options, "run_id", RunOptions::runId);
    args.withText(options, "fingerprint", RunOptions::fingerprint);
    return args.withFlag(options, "retry_failed", RunOptions::retryFailed);
  }

  static RunToolOptions runTool(Args args, RunToolOptions options) {
    args.withObject(options, "args", RunToolOptions::args);
    args.withMoney(options, "spend_usd", RunToolOptions::spendUsd);
    args.withText(options, "run_id", RunToolOptions::runId);
    args.withText(options, "idempotency_key", RunToolOptions::idempotencyKey);
    return args.withFlag(options, "dry_run", RunToolOptions::dryRun);
  }

  static LeaseOptions lease(Args args, LeaseOptions options) {
    args.withSeconds(options, "ttl", LeaseOptions::ttl);
    args.withAny(options, "metadata", LeaseOptions::metadata);
    args.withText(options, "fingerprint", LeaseOptions::fingerprint);
    return args.withFlag(options, "retry_failed", LeaseOptions::retryFailed);
  }

  static RunAndWaitOptions runAndWait(Args args, RunAndWaitOptions options) {
    args.withText(options, "key", RunAndWaitOptions::key);
    args.withSeconds(options, "ttl", RunAndWaitOptions::ttl);
    args.withAny(options, "metadata", RunAndWaitOptions::metadata);
    args.withText(options, "agent_id", RunAndWaitOptions::agentId);
    args.withText(options, "tool", RunAndWaitOptions::tool);
    args.withObject(options, "args", RunAndWaitOptions::args);
    args.withMoney(options, "spend_usd", RunAndWaitOptions::spendUsd);
    args.withText(options, "run_id", RunAndWaitOptions::runId);
    args.withSeconds(options, "timeout", RunAndWaitOptions::timeout);
    args.withSeconds(options, "poll_min", RunAndWaitOptions::pollMin);
    args.withSeconds(options, "poll_max", RunAndWaitOptions::pollMax);
    args.withText(options, "fingerprint", RunAndWaitOptions::fingerprint);
    args.withFlag(options, "retry_failed", RunAndWaitOptions::retryFailed);
    args.withFlag(options, "auto_extend", RunAndWaitOptions::autoExtend);
    return args.withSeconds(options, "extend_every", RunAndWaitOptions::extendEvery);
  }

  static WaitOptions waiting(Args args, WaitOptions options) {
    args.withSeconds(options, "timeout", WaitOptions::timeout);
    args.withSeconds(options, "poll_min", WaitOptions::pollMin);
    args.withSeconds(options, "poll_max", WaitOptions::pollMax);
    args.withText(options, "lease_id", WaitOptions::leaseId);
    args.withFlag(options, "auto_extend", WaitOptions::autoExtend);
    return args.withSeconds(options, "extend_every", WaitOptions::extendEvery);
  }

  static RunFnOptions runFn(Args args, RunFnOptions options) {
    args.withSeconds(options, "ttl", RunFnOptions::ttl);
    args.withAny(options, "metadata", RunFnOptions::metadata);
    args.withSeconds(options, "extend_every", RunFnOptions::extendEvery);
    args.withFlag(options, "wait_on_conflict", RunFnOptions::waitOnConflict);
    args.withSeconds(options, "timeout", RunFnOptions::timeout);
    args.withSeconds(options, "poll_min", RunFnOptions::pollMin);
    args.withSeconds(options, "poll_max", RunFnOptions::pollMax);
    args.withText(options, "error_code", RunFnOptions::errorCode);
    if (args.has("model")) {
      options.model(TestValues.Invoice.class);
    }
    onException(args, options::releaseOnException);
    args.withText(options, "fingerprint", RunFnOptions::fingerprint);
    return args.withFlag(options, "retry_failed", RunFnOptions::retryFailed);
  }

  /// What `on_exception` says: `keep`, `release`, or which kind is released.
  static void onException(Args args, Consumer<Class<? extends Throwable>> release) {
    Object says = args.any("on_exception");
    if ("release".equals(says)) {
      release.accept(Throwable.class);
    }
    if (says instanceof Map<?, ?> chosen) {
      release.accept(
          "function".equals(chosen.get("release"))
              ? TestFunctions.Raised.class
              : TestFunctions.NeverRaised.class);
    }
  }

  static Dispatch dispatch(Args args) {
    List<String> secrets =
        args.any("secrets") instanceof List<?> several
            ? several.stream().map(String::valueOf).toList()
            : List.of(args.text("secrets"));
    return Dispatch.verify(
        args.text("body").getBytes(StandardCharsets.UTF_8),
        args.object("headers"),
        secrets,
        o -> {
          args.withSeconds(o, "tolerance", VerifyOptions::tolerance);
          args.withFlag(o, "allow_v1", VerifyOptions::allowV1);
          o.now(args.fields().epochSecond("now"));
        });
  }
}
