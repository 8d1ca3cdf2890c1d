package dev.onceonly.core.audit;

import dev.onceonly.core.step.RowKey;

/// Names one chain: an agent's, or with [#NAMESPACE] the namespace's own (tools, keys, plans, the
/// switch of all agents).
///
/// @param chain the agent id, or `*`
public record ChainKey(long namespaceId, String chain) implements RowKey<ChainRow> {
  public static final String NAMESPACE = "*";

  public static ChainKey ofNamespace(long namespaceId) {
    return new ChainKey(namespaceId, NAMESPACE);
  }

  @Override
  public Class<ChainRow> rowType() {
    return ChainRow.class;
  }
}
