package dev.onceonly.core.usage;

import dev.onceonly.core.step.RowKey;

/// Names a namespace's figures of one UTC day.
///
/// @param day days since 1970-01-01
public record DayKey(long namespaceId, int day) implements RowKey<DayRow> {
  @Override
  public Class<DayRow> rowType() {
    return DayRow.class;
  }
}
