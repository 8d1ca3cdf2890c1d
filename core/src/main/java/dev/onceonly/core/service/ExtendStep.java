package dev.onceonly.core.service;

import dev.onceonly.core.lease.ExtendLease;
import dev.onceonly.core.lease.ExtendResult;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/// Counts a lease's TTL again, for whoever holds its lease id. While a keyed run is open, its lease
/// is the worker's (contract 17): an extend from outside is told how it stands and moves nothing,
/// so that no waiter keeps a dead owner's run alive.
record ExtendStep(LeaseRules rules, ExtendLease command) implements Step<ExtendResult> {
  @Override
  public long namespaceId() {
    return command.key().namespaceId();
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    return List.of(command.key(), task());
  }

  private TaskKey task() {
    return new TaskKey(command.key().namespaceId(), command.key().key());
  }

  @Override
  public Decided<ExtendResult> decide(Rows rows, Instant now) {
    LeaseRow current = rows.get(command.key());
    ExtendResult result = rules.extend(current, command, now);
    TaskRow task = rows.get(task());
    if (current != null
        && result instanceof ExtendResult.Extended
        && task != null
        && task.leaseToken() == current.grant().token()) {
      return Decided.unchanged(new ExtendResult.Extended(current));
    }
    return switch (result) {
      case ExtendResult.Extended(var row) ->
          new Decided<>(
              result,
              List.of(new Change<>(command.key(), row)),
              List.of(),
              Instant.ofEpochMilli(row.expiresAtMs()));
      case ExtendResult.Unmoved _, ExtendResult.Refused _ -> Decided.unchanged(result);
    };
  }
}
