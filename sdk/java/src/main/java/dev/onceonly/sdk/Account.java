package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The account of the API key. What the server did not send is null.
///
/// @param plan the bundle of limits
/// @param namespace what all data and limits belong to
/// @param email where notices go
/// @param isActive whether the account may be used
/// @param currentPeriodEnd when the paid period ends
/// @param keyPreview enough of the API key to recognise it, too little to use it
/// @param role what this API key may do: `admin`, `agent`, `reader` or `operator`
/// @param requestsTotalAllTime all calls that the namespace ever made
/// @param blockedTotalAllTime all calls that were ever refused because of the limit
/// @param emailNotificationsEnabled whether it gets e-mails at all
/// @param toolErrorNotificationsEnabled those about a tool's errors
/// @param runFailureNotificationsEnabled those about failed runs
/// @param paused whether everything in the namespace is paused
/// @param pausedReason why it is
/// @param raw the whole object, unmodifiable
public record Account(
    @Nullable String plan,
    @Nullable String namespace,
    @Nullable String email,
    boolean isActive,
    @Nullable Instant currentPeriodEnd,
    @Nullable String keyPreview,
    @Nullable String role,
    @Nullable Long requestsTotalAllTime,
    @Nullable Long blockedTotalAllTime,
    boolean emailNotificationsEnabled,
    boolean toolErrorNotificationsEnabled,
    boolean runFailureNotificationsEnabled,
    boolean paused,
    @Nullable String pausedReason,
    Map<String, @Nullable Object> raw) {
  static Account read(Fields fields) {
    return new Account(
        fields.text("plan"),
        fields.text("namespace"),
        fields.text("email"),
        fields.flag("is_active"),
        fields.instant("current_period_end"),
        fields.text("key_preview"),
        fields.text("role"),
        fields.number("requests_total_all_time"),
        fields.number("blocked_total_all_time"),
        fields.flag("email_notifications_enabled"),
        fields.flag("tool_error_notifications_enabled"),
        fields.flag("run_failure_notifications_enabled"),
        fields.flag("paused"),
        fields.text("paused_reason"),
        fields.raw());
  }
}
