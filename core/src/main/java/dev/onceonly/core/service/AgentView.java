package dev.onceonly.core.service;

import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentRow;

/// An agent as it stands.
///
/// @param row its own switch, and when it was last seen
/// @param namespaceEnabled whether the namespace's switch is on, too: it acts only with both
/// @param today the figures of this UTC day
public record AgentView(
    String agentId, AgentRow row, boolean namespaceEnabled, boolean hasPolicy, AgentDayRow today) {}
