package dev.onceonly.core.govern;

import org.jspecify.annotations.Nullable;

/// What is known of one agent.
///
/// @param lastSeenAtMs when it last asked for a governed call; 0 where it never did
/// @param disabled null while the switch is on
public record AgentRow(long lastSeenAtMs, @Nullable Disabled disabled) {
  public static final AgentRow UNSEEN = new AgentRow(0, null);

  /// The switch was thrown.
  ///
  /// @param reason 0 to 256 characters; empty is none
  public record Disabled(long atMs, String reason) {}

  public boolean isEnabled() {
    return disabled == null;
  }

  public AgentRow seenAt(long atMs) {
    return new AgentRow(Math.max(lastSeenAtMs, atMs), disabled);
  }

  /// A repeated disabling takes the new reason and keeps the first instant.
  public AgentRow disabledAt(long atMs, String reason) {
    return new AgentRow(
        lastSeenAtMs, new Disabled(disabled == null ? atMs : disabled.atMs, reason));
  }

  public AgentRow enabled() {
    return new AgentRow(lastSeenAtMs, null);
  }
}
