package dev.onceonly.core.govern;

import dev.onceonly.core.step.RowKey;

/// Names one agent, or with [#ALL] the namespace's own switch.
public record AgentKey(long namespaceId, String agentId) implements RowKey<AgentRow> {

  /// Stands for every agent of a namespace; no agent has this id.
  public static final String ALL = "*";

  public static AgentKey all(long namespaceId) {
    return new AgentKey(namespaceId, ALL);
  }

  @Override
  public Class<AgentRow> rowType() {
    return AgentRow.class;
  }
}
