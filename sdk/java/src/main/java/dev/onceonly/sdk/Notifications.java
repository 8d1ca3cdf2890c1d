package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which e-mails the account gets. What the server did not send is null.
///
/// @param emailNotificationsEnabled whether it gets e-mails at all
/// @param toolErrorNotificationsEnabled those about a tool's errors
/// @param runFailureNotificationsEnabled those about failed runs
/// @param raw the whole object, unmodifiable
public record Notifications(
    boolean emailNotificationsEnabled,
    boolean toolErrorNotificationsEnabled,
    boolean runFailureNotificationsEnabled,
    Map<String, @Nullable Object> raw) {
  static Notifications read(Fields fields) {
    return new Notifications(
        fields.flag("email_notifications_enabled"),
        fields.flag("tool_error_notifications_enabled"),
        fields.flag("run_failure_notifications_enabled"),
        fields.raw());
  }
}
