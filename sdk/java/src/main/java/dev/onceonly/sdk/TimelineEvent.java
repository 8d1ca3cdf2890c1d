package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something that happened in a run. What the server did not send is null.
///
/// @param id the event's number
/// @param runId the run
/// @param ts when, to the second
/// @param type what kind of event
/// @param status how it went
/// @param duration how long it took
/// @param step which step of the run
/// @param tool which tool
/// @param reqId which request
/// @param leaseId which lease
/// @param agentId which agent
/// @param message a text for people
/// @param data more about it
/// @param raw the whole object, unmodifiable
public record TimelineEvent(
    @Nullable Long id,
    @Nullable String runId,
    @Nullable Instant ts,
    @Nullable String type,
    @Nullable String status,
    @Nullable Duration duration,
    @Nullable String step,
    @Nullable String tool,
    @Nullable String reqId,
    @Nullable String leaseId,
    @Nullable String agentId,
    @Nullable String message,
    @Nullable Map<String, @Nullable Object> data,
    Map<String, @Nullable Object> raw) {
  static TimelineEvent read(Fields fields) {
    return new TimelineEvent(
        fields.number("id"),
        fields.text("run_id"),
        fields.epochSecond("ts"),
        fields.text("type"),
        fields.text("status"),
        Typed.millis(fields, "duration_ms"),
        fields.text("step"),
        fields.text("tool"),
        fields.text("req_id"),
        fields.text("lease_id"),
        fields.text("agent_id"),
        fields.text("message"),
        fields.object("data"),
        fields.raw());
  }
}
