package dev.onceonly.core.lock;

import dev.onceonly.core.step.RowKey;

/// Names one lock. Compared exactly: no trimming, no normalisation.
public record LockKey(long namespaceId, String key) implements RowKey<LockRow> {
  @Override
  public Class<LockRow> rowType() {
    return LockRow.class;
  }
}
