package dev.onceonly.core.govern;

/// Actions that count against the hour cap: reserved, executed, failed or unknown ones.
public record AgentHourRow(long actions) {
  public static final AgentHourRow NONE = new AgentHourRow(0);
}
