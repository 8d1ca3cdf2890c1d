package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An event that was added to a timeline. What the server did not send is null.
///
/// @param ok whether it was added
/// @param eventId the event's number
/// @param runId the run
/// @param raw the whole object, unmodifiable
public record PostedEvent(
    boolean ok, @Nullable Long eventId, @Nullable String runId, Map<String, @Nullable Object> raw) {
  static PostedEvent read(Fields fields) {
    return new PostedEvent(
        fields.flag("ok"), fields.number("event_id"), fields.text("run_id"), fields.raw());
  }
}
