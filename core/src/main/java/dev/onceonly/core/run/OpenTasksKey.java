package dev.onceonly.core.run;

import dev.onceonly.core.step.RowKey;

/// Names how many keyed runs of an agent are queued or running. The row is counted when it is asked
/// for, as the steps before this batch have left it, and can't be saved: so a step can tell the
/// number without a read that might be refused once the step is done.
///
/// @param agentId [#ALL] for those of any agent
public record OpenTasksKey(long namespaceId, String agentId) implements RowKey<OpenTasksRow> {

  /// Stands for every agent of a namespace; no agent has this id.
  public static final String ALL = "*";

  @Override
  public Class<OpenTasksRow> rowType() {
    return OpenTasksRow.class;
  }
}
