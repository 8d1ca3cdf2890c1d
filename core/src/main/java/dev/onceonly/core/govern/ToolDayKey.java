package dev.onceonly.core.govern;

import dev.onceonly.core.step.RowKey;

/// Names how often an agent has called one tool on a UTC day.
public record ToolDayKey(long namespaceId, String agentId, String tool, int day)
    implements RowKey<ToolDayRow> {
  @Override
  public Class<ToolDayRow> rowType() {
    return ToolDayRow.class;
  }
}
