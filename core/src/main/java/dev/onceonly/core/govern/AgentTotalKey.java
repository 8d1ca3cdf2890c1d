package dev.onceonly.core.govern;

import dev.onceonly.core.step.RowKey;

/// Names how many agents a namespace has, which is bounded.
public record AgentTotalKey(long namespaceId) implements RowKey<AgentTotalRow> {
  @Override
  public Class<AgentTotalRow> rowType() {
    return AgentTotalRow.class;
  }
}
