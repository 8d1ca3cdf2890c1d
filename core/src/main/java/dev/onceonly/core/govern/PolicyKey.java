package dev.onceonly.core.govern;

import dev.onceonly.core.step.RowKey;

/// Names the policy of one agent.
public record PolicyKey(long namespaceId, String agentId) implements RowKey<PolicyRow> {
  @Override
  public Class<PolicyRow> rowType() {
    return PolicyRow.class;
  }
}
