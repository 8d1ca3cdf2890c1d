package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.ApiRequest;
import dev.onceonly.sdk.internal.http.ApiRequest.Rule;
import dev.onceonly.sdk.internal.json.Values;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests and answers about the account, its usage and its events.
final class AccountCalls {
  private AccountCalls() {}

  static Exchange<Map<String, @Nullable Object>> me() {
    return Exchange.object(ApiRequest.get("/me"));
  }

  static Exchange<Map<String, @Nullable Object>> updateNotifications(
      UpdateNotificationsOptions options) {
    Map<String, @Nullable Object> flags =
        new Body()
            .with("email_notifications_enabled", options.emailNotificationsEnabled)
            .with("tool_error_notifications_enabled", options.toolErrorNotificationsEnabled)
            .with("run_failure_notifications_enabled", options.runFailureNotificationsEnabled)
            .fields();
    if (flags.isEmpty()) {
      throw new IllegalArgumentException("at least one flag must be set");
    }
    return Exchange.object(ApiRequest.post("/me/notifications", flags));
  }

  static Exchange<Map<String, @Nullable Object>> usage(String kind) {
    return Exchange.object(ApiRequest.get("/usage").query("kind", kind));
  }

  static Exchange<Map<String, @Nullable Object>> usageAll() {
    return Exchange.object(ApiRequest.get("/usage/all"));
  }

  static Exchange<List<Map<String, @Nullable Object>>> metrics(String fromDay, String toDay) {
    return Exchange.objects(
        ApiRequest.get("/metrics").query("from_day", fromDay).query("to_day", toDay));
  }

  static Exchange<List<Map<String, @Nullable Object>>> events(EventsOptions options) {
    return Exchange.objects(
        ApiRequest.get("/events").query("limit", options.limit).query("offset", options.offset));
  }

  static Exchange<Map<String, @Nullable Object>> postEvent(
      String runId, String type, PostEventOptions options) {
    Body body = new Body();
    options.extra.forEach((name, value) -> body.with(name, Values.lenient(value)));
    body.with("run_id", Arguments.text("runId", runId).strip())
        .with("type", Arguments.text("type", type))
        .with("ts", options.ts == null ? null : options.ts.getEpochSecond())
        .with("status", options.status)
        .with("duration_ms", options.duration == null ? null : options.duration.toMillis())
        .with("step", options.step)
        .with("tool", options.tool)
        .with("req_id", options.reqId)
        .with("lease_id", options.leaseId)
        .with("agent_id", options.agentId)
        .with("message", options.message)
        .withMap("data", options.data);
    // Every repeat would be one more event, so it is only sent again when none can have been
    // written.
    return Exchange.object(ApiRequest.post("/events", body.fields()).rule(Rule.APPEND));
  }

  static Exchange<Map<String, @Nullable Object>> listRuns(ListRunsOptions options) {
    return Exchange.object(
        ApiRequest.get("/runs")
            .query("limit", options.limit)
            .query("offset", options.offset)
            .query("q", options.q));
  }

  static Exchange<Map<String, @Nullable Object>> getRunTimeline(
      String runId, GetRunTimelineOptions options) {
    String id = Arguments.text("runId", runId).strip();
    return Exchange.object(
        ApiRequest.get("/runs/" + ApiRequest.part(id))
            .query("limit", options.limit)
            .query("offset", options.offset));
  }
}
