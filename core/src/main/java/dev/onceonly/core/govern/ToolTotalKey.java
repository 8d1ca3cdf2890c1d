package dev.onceonly.core.govern;

import dev.onceonly.core.step.RowKey;

/// Names how many tools a namespace has registered, which its plan bounds.
public record ToolTotalKey(long namespaceId) implements RowKey<ToolTotalRow> {
  @Override
  public Class<ToolTotalRow> rowType() {
    return ToolTotalRow.class;
  }
}
