package dev.onceonly.core.audit;

import dev.onceonly.core.step.RowKey;

/// Names one entry.
///
/// @param number counted in its chain, from 1
public record AuditKey(ChainKey chain, long number) implements RowKey<AuditEntry> {
  @Override
  public Class<AuditEntry> rowType() {
    return AuditEntry.class;
  }

  @Override
  public long namespaceId() {
    return chain.namespaceId();
  }
}
