package dev.onceonly.core.govern;

/// Calls of one tool by one agent on one day.
public record ToolDayRow(long calls) {
  public static final ToolDayRow NONE = new ToolDayRow(0);
}
