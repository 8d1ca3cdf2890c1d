package dev.onceonly.core.lease;

import dev.onceonly.core.step.RowKey;

/// Names one lease. Compared exactly: no trimming, no normalisation. Shares nothing with locks.
public record LeaseKey(long namespaceId, String key) implements RowKey<LeaseRow> {
  @Override
  public Class<LeaseRow> rowType() {
    return LeaseRow.class;
  }
}
