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

  static Exchange<Account> me() {
    return Exchange.of(ApiRequest.get("/me"), Account::read);
  }

  static Exchange<Notifications> updateNotifications(UpdateNotificationsOptions options) {
    Map<String, @Nullable Object> flags =
        new Body()
            .with("email_notifications_enabled", options.emailNotificationsEnabled)
            .with("tool_error_notifications_enabled", options.toolErrorNotificationsEnabled)
            .with("run_failure_notifications_enabled", options.runFailureNotificationsEnabled)
            .fields();
    if (flags.isEmpty()) {
      throw new IllegalArgumentException("at least one flag must be set");
    }
    return Exchange.of(ApiRequest.post("/me/notifications", flags), Notifications::read);
  }

  static Exchange<Usage> usage(String kind) {
    return Exchange.of(ApiRequest.get("/usage").query("kind", kind), Usage::read);
  }

  static Exchange<UsageAll> usageAll() {
    return Exchange.of(ApiRequest.get("/usage/all"), UsageAll::read);
  }

  static Exchange<List<DailyMetrics>> metrics(String fromDay, String toDay) {
    return Exchange.listOf(
        ApiRequest.get("/metrics").query("from_day", fromDay).query("to_day", toDay),
        DailyMetrics::read);
  }

  static Exchange<List<FeedEvent>> events(EventsOptions options) {
    return Exchange.listOf(
        ApiRequest.get("/events").query("limit", options.limit).query("offset", options.offset),
        FeedEvent::read);
  }

  static Exchange<PostedEvent> postEvent(String runId, String type, PostEventOptions options) {
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
    return Exchange.of(
        ApiRequest.post("/events", body.fields()).rule(Rule.APPEND), PostedEvent::read);
  }

  static Exchange<RunPage> listRuns(ListRunsOptions options) {
    return Exchange.of(
        ApiRequest.get("/runs")
            .query("limit", options.limit)
            .query("offset", options.offset)
            .query("q", options.q),
        RunPage::read);
  }

  static Exchange<Timeline> getRunTimeline(String runId, GetRunTimelineOptions options) {
    String id = Arguments.text("runId", runId).strip();
    return Exchange.of(
        ApiRequest.get("/runs/" + ApiRequest.part(id))
            .query("limit", options.limit)
            .query("offset", options.offset),
        Timeline::read);
  }
}
