package dev.onceonly.core.govern;

import dev.onceonly.core.step.RowKey;

/// Names an agent's figures of one UTC day.
///
/// @param day days since 1970-01-01
public record AgentDayKey(long namespaceId, String agentId, int day)
    implements RowKey<AgentDayRow> {
  public static AgentDayKey of(AgentKey agent, int day) {
    return new AgentDayKey(agent.namespaceId(), agent.agentId(), day);
  }

  @Override
  public Class<AgentDayRow> rowType() {
    return AgentDayRow.class;
  }
}
