package dev.onceonly.core.run;

import dev.onceonly.core.step.RowKey;

/// Names one run: the timeline that events with this run id make.
public record RunKey(long namespaceId, String runId) implements RowKey<RunRow> {
  @Override
  public Class<RunRow> rowType() {
    return RunRow.class;
  }
}
