package dev.onceonly.sdk;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether an agent may act.
///
/// @param agentId which agent
/// @param isEnabled whether it may act
/// @param disabledReason why it was disabled; null when it was not
/// @param disabledAt when it was disabled; null when it was not
/// @param raw the whole answer, unmodifiable
public record AgentStatus(
    @Nullable String agentId,
    boolean isEnabled,
    @Nullable String disabledReason,
    @Nullable Instant disabledAt,
    Map<String, @Nullable Object> raw) {
  /// The same as [#isEnabled].
  public boolean enabled() {
    return isEnabled;
  }
}
