package dev.onceonly.core.run;

import java.util.List;

/// What a keyed run is to do, as its metadata says.
///
/// @param actions those that are run, none of them done: at most [ActionKey#ACTIONS_MAX], and none
///   where the plan is not valid
/// @param startedJson data of the event `run_started`, a compact JSON object
public record RunOrder(TaskRow.Plan plan, List<ActionRow> actions, String startedJson) {
  public RunOrder {
    actions = List.copyOf(actions);
    if (actions.size() > ActionKey.ACTIONS_MAX || actions.size() != plan.actions()) {
      throw new IllegalArgumentException(
          "a run has at most " + ActionKey.ACTIONS_MAX + " actions, and as many as its plan says");
    }
  }
}
