package dev.onceonly.core.run;

import dev.onceonly.core.step.RowKey;

/// Names the work of one keyed run; the key is that of its lease.
public record TaskKey(long namespaceId, String key) implements RowKey<TaskRow> {
  @Override
  public Class<TaskRow> rowType() {
    return TaskRow.class;
  }
}
