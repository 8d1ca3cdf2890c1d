package dev.onceonly.core.service;

import dev.onceonly.core.lease.Ending;
import dev.onceonly.core.lease.FinishLease;
import dev.onceonly.core.lease.FinishResult;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.run.RunEventRow.Ids;
import dev.onceonly.core.run.RunEvents;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Fact;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Completes, fails or cancels one lease, as its owner says; that of a keyed run takes the run out
/// of the queue. Never refused for the plan's limit, and not a request that counts.
///
/// @param run whose timeline is told, where the lease is a run's
record FinishStep(LeaseRules rules, FinishLease command, @Nullable RunKey run)
    implements Step<FinishStep.Told> {

  /// What came of it.
  sealed interface Told {
    record Answered(FinishResult result) implements Told {}

    /// Nothing yet: the lease is that of this run, and is to be ended again with it.
    record OfRun(RunKey run) implements Told {}
  }

  @Override
  public long namespaceId() {
    return command.key().namespaceId();
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    List<RowKey<?>> keys = new ArrayList<>(6);
    keys.add(command.key());
    keys.add(task());
    keys.addAll(UsageMeter.reads(namespaceId(), now));
    if (run != null) {
      keys.addAll(TimelineWriter.reads(run));
    }
    return keys;
  }

  @Override
  public Decided<Told> decide(Rows rows, Instant now) {
    FinishResult result = rules.finish(rows.get(command.key()), command, now);
    if (!(result instanceof FinishResult.Finished(var row))) {
      return Decided.unchanged(new Told.Answered(result));
    }
    List<Change<?>> changes = new ArrayList<>(6);
    TaskRow task = rows.get(task());
    if (task != null && task.leaseToken() == row.grant().token()) {
      RunKey named = new RunKey(namespaceId(), task.plan().runId());
      if (!named.equals(run)) {
        return Decided.unchanged(new Told.OfRun(named));
      }
      endRun(named, task, row, rows, now, changes);
    }
    Fact fact = LeaseEnd.save(command, row, rows, now, changes);
    return new Decided<>(new Told.Answered(result), changes, List.of(fact), null);
  }

  private void endRun(
      RunKey named, TaskRow task, LeaseRow lease, Rows rows, Instant now, List<Change<?>> changes) {
    changes.add(new Change<TaskRow>(task(), null));
    Ending ending = lease.ending();
    String errorCode = ending == null ? null : ending.errorCode();
    Ids ids = new Ids(null, command.leaseId(), task.plan().agentId());
    TimelineWriter timeline = new TimelineWriter(named, rows);
    timeline.append(RunEvents.finished(errorCode != null, ids, errorCode, null, now));
    timeline.saveInto(changes);
  }

  private TaskKey task() {
    return new TaskKey(namespaceId(), command.key().key());
  }
}
