package dev.onceonly.core.run;

import dev.onceonly.core.step.RowKey;

/// Names one event.
///
/// @param id counted over the whole store, from 1; shown as `event_id`
public record RunEventKey(RunKey run, long id) implements RowKey<RunEventRow> {
  @Override
  public Class<RunEventRow> rowType() {
    return RunEventRow.class;
  }

  @Override
  public long namespaceId() {
    return run.namespaceId();
  }
}
