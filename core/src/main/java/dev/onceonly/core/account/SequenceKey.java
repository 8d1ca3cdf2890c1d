package dev.onceonly.core.account;

import dev.onceonly.core.step.RowKey;

/// Names a counter that numbers are taken from.
public record SequenceKey(String name) implements RowKey<SequenceRow> {
  public static final SequenceKey NAMESPACES = new SequenceKey("namespaces");
  public static final SequenceKey API_KEYS = new SequenceKey("api_keys");
  public static final SequenceKey CALLS = new SequenceKey("calls");
  public static final SequenceKey EVENTS = new SequenceKey("events");

  @Override
  public Class<SequenceRow> rowType() {
    return SequenceRow.class;
  }
}
