package dev.onceonly.core.service;

import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.run.ActionKey;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.service.RunWork.ClaimResult;
import dev.onceonly.core.service.RunWork.Work;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Claims one run for a worker. A run whose lease is no longer its own is taken out of the queue.
record ClaimStep(LeaseRules rules, Asked asked) implements Step<ClaimResult> {

  /// What is asked.
  ///
  /// @param seen the run as last heard of, which says how many actions it has
  /// @param alone whether a claim counts for nothing, since no other process can hold one
  record Asked(TaskKey key, TaskRow seen, long claim, boolean alone) {}

  @Override
  public long namespaceId() {
    return asked.key.namespaceId();
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    List<RowKey<?>> keys = new ArrayList<>();
    keys.add(asked.key);
    keys.add(lease(asked.key));
    for (int i = 0; i < asked.seen.plan().actions(); i++) {
      keys.add(new ActionKey(asked.key, i));
    }
    return keys;
  }

  @Override
  public Decided<ClaimResult> decide(Rows rows, Instant now) {
    TaskRow task = rows.get(asked.key);
    if (task == null || task.leaseToken() != asked.seen.leaseToken()) {
      return Decided.unchanged(new ClaimResult.Gone());
    }
    LeaseRow lease = rows.get(lease(asked.key));
    if (lease == null || !isOwn(task, lease)) {
      List<Change<?>> orphaned = List.of(new Change<TaskRow>(asked.key, null));
      return new Decided<>(new ClaimResult.Gone(), orphaned, List.of(), null);
    }
    long nowMs = now.toEpochMilli();
    boolean free =
        asked.alone
            || task.claim() == 0
            || task.claim() == asked.claim
            || task.claimUntilMs() <= nowMs;
    if (!free) {
      return Decided.unchanged(new ClaimResult.Taken());
    }
    TaskRow claimed = task.claimedBy(asked.claim, nowMs + RunWork.CLAIM_MS);
    List<Change<?>> changes = new ArrayList<>(2);
    changes.add(new Change<>(asked.key, claimed));
    KeepStep.extendIfDue(rules, asked.key, lease, now, changes);
    Work work = new Work(asked.key, asked.claim, claimed, lease, actions(task, rows));
    return new Decided<>(new ClaimResult.Claimed(work), changes, List.of(), null);
  }

  private List<ActionRow> actions(TaskRow task, Rows rows) {
    List<ActionRow> actions = new ArrayList<>();
    for (int i = 0; i < task.plan().actions(); i++) {
      ActionRow action = rows.get(new ActionKey(asked.key, i));
      if (action == null) {
        throw new IllegalStateException("a queued run has its actions");
      }
      actions.add(action);
    }
    return List.copyOf(actions);
  }

  static LeaseKey lease(TaskKey key) {
    return new LeaseKey(key.namespaceId(), key.key());
  }

  /// Whether the lease is still the one that the run was queued with, and not ended.
  static boolean isOwn(TaskRow task, LeaseRow lease) {
    return lease.ending() == null && lease.grant().token() == task.leaseToken();
  }
}
