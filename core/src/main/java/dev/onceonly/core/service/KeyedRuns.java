package dev.onceonly.core.service;

import dev.onceonly.core.account.Caller;
import dev.onceonly.core.lease.AcquireLease;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.run.RunOrder;

/// Runs in the background under a key: who acquires the key's lease queues the work with it, and
/// the worker owns it from then on. Thread-safe.
public final class KeyedRuns {
  private final Store store;
  private final LeaseRules rules;
  private final RunQueue queue;

  public KeyedRuns(Store store, LeaseRules rules, RunQueue queue) {
    this.store = store;
    this.rules = rules;
    this.queue = queue;
  }

  /// Acquires a key and queues its work in one step, or tells how the key stands.
  ///
  /// @throws dev.onceonly.core.Failure as [dev.onceonly.core.step.Lane#run], `STORAGE_LOW`, and
  ///   `OVERLOADED` where the queue is full
  public LeaseAnswer acquire(Caller caller, AcquireLease command, RunOrder order) {
    Locks.requireSpace(store, command.metadata());
    boolean hasRoom = queue.hasRoom(caller.namespaceId());
    QueuedRun run = QueuedRun.of(command.key(), order, hasRoom);
    return store.run(new AcquireStep(caller.plan(), rules, command, run));
  }
}
