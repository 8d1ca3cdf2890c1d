package dev.onceonly.core.govern;

/// Registered tools of a namespace, over all scopes.
public record ToolTotalRow(long tools) {
  public static final ToolTotalRow NONE = new ToolTotalRow(0);
}
