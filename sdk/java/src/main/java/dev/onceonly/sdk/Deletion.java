package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What was removed. What the server did not send is null.
///
/// @param ok whether it was done
/// @param deleted whether it is gone
/// @param agentId whose policy it was
/// @param name the tool's name
/// @param scopeId the tool's scope
/// @param raw the whole object, unmodifiable
public record Deletion(
    boolean ok,
    boolean deleted,
    @Nullable String agentId,
    @Nullable String name,
    @Nullable String scopeId,
    Map<String, @Nullable Object> raw) {
  static Deletion read(Fields fields) {
    return new Deletion(
        fields.flag("ok"),
        fields.flag("deleted"),
        fields.text("agent_id"),
        fields.text("name"),
        fields.text("scope_id"),
        fields.raw());
  }
}
