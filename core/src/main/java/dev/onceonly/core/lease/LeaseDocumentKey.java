package dev.onceonly.core.lease;

import dev.onceonly.core.step.RowKey;

/// Names one of a lease's two documents. A new grant replaces the metadata and drops the result.
public record LeaseDocumentKey(LeaseKey lease, Kind kind) implements RowKey<LeaseDocument> {

  /// Which document.
  public enum Kind {
    METADATA,
    RESULT
  }

  @Override
  public Class<LeaseDocument> rowType() {
    return LeaseDocument.class;
  }

  @Override
  public long namespaceId() {
    return lease.namespaceId();
  }
}
