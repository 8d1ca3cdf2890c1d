package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An agent that has been seen or has a policy. What the server did not send is null.
///
/// @param agentId its id
/// @param isEnabled whether it may act
/// @param disabledReason why it was disabled
/// @param disabledAt when it was disabled
/// @param lastSeenAt when it last asked for a governed call
/// @param hasPolicy whether it has a policy
/// @param actionsToday calls that were let through today
/// @param blockedToday calls that were blocked today
/// @param spendUsdToday what it has spent or holds today, in USD
/// @param namespaceIsEnabled whether any agent may act
/// @param paused whether everything in the namespace is paused
/// @param pausedReason why it is
/// @param raw the whole object, unmodifiable
public record Agent(
    @Nullable String agentId,
    boolean isEnabled,
    @Nullable String disabledReason,
    @Nullable Instant disabledAt,
    @Nullable Instant lastSeenAt,
    boolean hasPolicy,
    @Nullable Long actionsToday,
    @Nullable Long blockedToday,
    @Nullable BigDecimal spendUsdToday,
    boolean namespaceIsEnabled,
    boolean paused,
    @Nullable String pausedReason,
    Map<String, @Nullable Object> raw) {
  static Agent read(Fields fields) {
    return new Agent(
        fields.text("agent_id"),
        fields.flag("is_enabled"),
        fields.text("disabled_reason"),
        fields.instant("disabled_at"),
        fields.instant("last_seen_at"),
        fields.flag("has_policy"),
        fields.number("actions_today"),
        fields.number("blocked_today"),
        fields.money("spend_usd_today"),
        fields.flag("namespace_is_enabled"),
        fields.flag("paused"),
        fields.text("paused_reason"),
        fields.raw());
  }
}
