package dev.onceonly.core.service;

import dev.onceonly.core.Failure;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.run.ActionKey;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.RunEventRow.Ids;
import dev.onceonly.core.run.RunEvents;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunOrder;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is queued together with the grant of a keyed run's lease.
///
/// @param refusal why the queue takes none; null where it does. How a key stands is told either way
record QueuedRun(TaskKey key, RunOrder order, @Nullable Failure refusal) {
  static QueuedRun of(LeaseKey lease, RunOrder order, @Nullable Failure refusal) {
    return new QueuedRun(new TaskKey(lease.namespaceId(), lease.key()), order, refusal);
  }

  /// The run, and each of its actions.
  int weight() {
    return 1 + order.actions().size();
  }

  /// What a step has to name among its reads.
  List<RowKey<?>> reads() {
    List<RowKey<?>> keys = new ArrayList<>(TimelineWriter.reads(run()));
    for (int i = 0; i < order.actions().size(); i++) {
      keys.add(new ActionKey(key, i));
    }
    return keys;
  }

  /// Queues the run. Actions that were done under this key before in the name of the same agent,
  /// and before which the same was done, stay done while the key is remembered.
  ///
  /// @throws Failure where the queue takes none
  void save(LeaseRow granted, boolean remembered, Rows rows, Instant now, List<Change<?>> changes) {
    if (refusal != null) {
      throw refusal;
    }
    ActionRow.Origin origin =
        new ActionRow.Origin(order.plan().agentId(), sinceMs(granted, remembered, rows));
    int next = -1;
    for (int i = 0; i < order.actions().size(); i++) {
      ActionKey action = new ActionKey(key, i);
      ActionRow asked = order.actions().get(i);
      ActionRow stored = remembered ? rows.get(action) : null;
      boolean done =
          stored != null
              && stored.done() != null
              && origin.equals(stored.origin())
              && stored.chainHash().equals(asked.chainHash());
      if (!done) {
        changes.add(new Change<>(action, asked.of(origin)));
        next = next < 0 ? i : next;
      }
    }
    int first = next < 0 ? order.actions().size() : next;
    long token = granted.grant().token();
    changes.add(
        new Change<>(key, new TaskRow(order.plan(), now.toEpochMilli(), token, first, 0, 0)));
    TimelineWriter timeline = new TimelineWriter(run(), rows);
    Ids ids = new Ids(null, GrantId.lease(token), order.plan().agentId());
    timeline.append(RunEvents.started(ids, order.startedJson(), now));
    timeline.saveInto(changes);
  }

  /// Since when the key has been remembered: the first action keeps it from run to run. Rows of
  /// before that was kept do not know it, so everything counts.
  private long sinceMs(LeaseRow granted, boolean remembered, Rows rows) {
    ActionRow first =
        remembered && !order.actions().isEmpty() ? rows.get(new ActionKey(key, 0)) : null;
    if (first == null) {
      return granted.grant().grantedAtMs();
    }
    return first.origin() == null ? 0 : first.origin().sinceMs();
  }

  /// Takes away what a forgotten key has left, where no action of a new run replaces it: the first
  /// one says since when the key has been remembered.
  static void forget(LeaseKey lease, @Nullable QueuedRun run, List<Change<?>> changes) {
    if (run == null || run.order.actions().isEmpty()) {
      TaskKey task = new TaskKey(lease.namespaceId(), lease.key());
      changes.add(new Change<ActionRow>(new ActionKey(task, 0), null));
    }
  }

  private RunKey run() {
    return new RunKey(key.namespaceId(), order.plan().runId());
  }
}
