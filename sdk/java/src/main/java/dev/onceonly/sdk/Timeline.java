package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A page of a run's events, the oldest first. What the server did not send is null.
///
/// @param runId the run
/// @param total how many events it has in all
/// @param events those of this page
/// @param raw the whole object, unmodifiable
public record Timeline(
    @Nullable String runId,
    @Nullable Long total,
    List<TimelineEvent> events,
    Map<String, @Nullable Object> raw) {
  static Timeline read(Fields fields) {
    return new Timeline(
        fields.text("run_id"),
        fields.number("total"),
        Typed.list(fields, "events", TimelineEvent::read),
        fields.raw());
  }
}
