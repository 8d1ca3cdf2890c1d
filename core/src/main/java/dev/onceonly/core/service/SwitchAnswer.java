package dev.onceonly.core.service;

import dev.onceonly.core.govern.AgentRow;

/// What a caller is told about a switch that it has moved.
///
/// @param row of the agent, or of the namespace's switch
/// @param namespaceEnabled whether the namespace's switch is on
/// @param stopped what came to a stop; 0 throughout for one that was put back
public record SwitchAnswer(AgentRow row, boolean namespaceEnabled, Stopped stopped) {

  /// What a thrown switch has stopped.
  ///
  /// @param agents that could act before, and can't now
  /// @param runs keyed ones, queued or running, that will start no further action
  /// @param callsInFlight attempts that had begun and can't be called back
  public record Stopped(long agents, long runs, long callsInFlight) {
    public static final Stopped NOTHING = new Stopped(0, 0, 0);
  }
}
