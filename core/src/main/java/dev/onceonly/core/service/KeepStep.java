package dev.onceonly.core.service;

import dev.onceonly.core.Claimant;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.lease.ExtendLease;
import dev.onceonly.core.lease.ExtendResult;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Passage;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Renews the leases of a namespace's open runs, and the claims on those that run. The answer is
/// how many were renewed.
record KeepStep(long namespaceId, LeaseRules rules, List<RunQueue.Open> open)
    implements Step<Integer> {

  @Override
  public int weight() {
    return open.size();
  }

  @Override
  public Passage passage() {
    return Passage.FREE;
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    List<RowKey<?>> keys = new ArrayList<>(2 * open.size());
    for (RunQueue.Open one : open) {
      keys.add(one.key());
      keys.add(ClaimStep.lease(one.key()));
    }
    return keys;
  }

  @Override
  public Decided<Integer> decide(Rows rows, Instant now) {
    List<Change<?>> changes = new ArrayList<>();
    int kept = 0;
    for (RunQueue.Open one : open) {
      TaskRow task = rows.get(one.key());
      LeaseRow lease = rows.get(ClaimStep.lease(one.key()));
      if (task == null || task.leaseToken() != one.task().leaseToken()) {
        continue;
      }
      if (lease == null || !ClaimStep.isOwn(task, lease)) {
        changes.add(new Change<TaskRow>(one.key(), null));
        continue;
      }
      kept++;
      extendIfDue(rules, one.key(), lease, now, changes);
      boolean ours = task.claim() != 0 && task.claim() == one.task().claim();
      if (ours) {
        long until = now.toEpochMilli() + RunWork.CLAIM_MS;
        changes.add(new Change<>(one.key(), task.claimedBy(task.claim(), until)));
      }
    }
    return new Decided<>(kept, changes, List.of(), null);
  }

  /// Counts the lease's TTL again where half of it is over: as its owner would, so the version
  /// moves, but not with every look.
  static void extendIfDue(
      LeaseRules rules, TaskKey key, LeaseRow lease, Instant now, List<Change<?>> changes) {
    if (lease.expiresAtMs() - now.toEpochMilli() > lease.ttlMs() / 2) {
      return;
    }
    LeaseKey leaseKey = ClaimStep.lease(key);
    String leaseId = GrantId.lease(lease.grant().token());
    if (rules.extend(lease, new ExtendLease(leaseKey, leaseId, null, Claimant.SERVER), now)
        instanceof ExtendResult.Extended(var extended)) {
      changes.add(new Change<>(leaseKey, extended));
    }
  }
}
