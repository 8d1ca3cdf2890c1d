package dev.onceonly.core.usage;

import dev.onceonly.core.step.RowKey;

/// Names a namespace's usage of one UTC month.
///
/// @param month `YYYY-MM` as a number, such as 202611
public record MonthKey(long namespaceId, int month) implements RowKey<MonthRow> {
  @Override
  public Class<MonthRow> rowType() {
    return MonthRow.class;
  }
}
