package dev.onceonly.core.govern;

import dev.onceonly.core.step.RowKey;

/// Names what identical calls share.
///
/// @param hash SHA-256 in hexadecimal over what makes two calls identical, see [DedupHash]
public record DedupKey(long namespaceId, String hash) implements RowKey<DedupRow> {
  @Override
  public Class<DedupRow> rowType() {
    return DedupRow.class;
  }
}
