package dev.onceonly.core.run;

import dev.onceonly.core.step.RowKey;

/// Names one action of a keyed run.
///
/// @param index from 0; shown as `step_1` and so on
public record ActionKey(TaskKey task, int index) implements RowKey<ActionRow> {

  /// Only so many actions of a run are run (contract 4.1).
  public static final int ACTIONS_MAX = 50;

  @Override
  public Class<ActionRow> rowType() {
    return ActionRow.class;
  }

  @Override
  public long namespaceId() {
    return task.namespaceId();
  }
}
