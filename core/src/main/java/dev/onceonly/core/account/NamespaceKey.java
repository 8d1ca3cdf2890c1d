package dev.onceonly.core.account;

import dev.onceonly.core.step.RowKey;

/// Names a namespace by its name.
public record NamespaceKey(String name) implements RowKey<Namespace> {
  @Override
  public Class<Namespace> rowType() {
    return Namespace.class;
  }
}
