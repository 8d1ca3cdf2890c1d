package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A notable thing in the recent feed. What the server did not send is null.
///
/// @param ts when, to the second
/// @param type such as `duplicate`, `over_limit`, `ai_acquired`, `ai_completed`, `ai_failed` or
///   `policy_blocked`
/// @param key the key that it is about
/// @param leaseId the lease that it is about
/// @param meta more about it
/// @param raw the whole object, unmodifiable
public record FeedEvent(
    @Nullable Instant ts,
    @Nullable String type,
    @Nullable String key,
    @Nullable String leaseId,
    @Nullable Map<String, @Nullable Object> meta,
    Map<String, @Nullable Object> raw) {
  static FeedEvent read(Fields fields) {
    return new FeedEvent(
        fields.epochSecond("ts"),
        fields.text("type"),
        fields.text("key"),
        fields.text("lease_id"),
        fields.object("meta"),
        fields.raw());
  }
}
