package dev.onceonly.core.govern;

import dev.onceonly.core.step.RowKey;

/// Names one governed call that has reserved something.
///
/// @param number counted over the whole store; shown as `call_…`, see [CallId]
public record CallKey(long namespaceId, long number) implements RowKey<CallRow> {
  @Override
  public Class<CallRow> rowType() {
    return CallRow.class;
  }
}
