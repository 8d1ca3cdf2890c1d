package dev.onceonly.core.service;

import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.lease.AcquireLease;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.run.RunOrder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Runs in the background under a key: who acquires the key's lease queues the work with it, and
/// the worker owns it from then on. Thread-safe.
public final class KeyedRuns {
  private final Store store;
  private final LeaseRules rules;
  private final RunQueue queue;
  private final BooleanSupplier paused;

  /// Wires the service.
  ///
  /// @param paused whether an operator has to resume first, after a restore
  public KeyedRuns(Store store, LeaseRules rules, RunQueue queue, BooleanSupplier paused) {
    this.store = store;
    this.rules = rules;
    this.queue = queue;
    this.paused = paused;
  }

  /// Acquires a key and queues its work in one step, or tells how the key stands.
  ///
  /// @throws dev.onceonly.core.Failure as [dev.onceonly.core.step.Lane#run], `STORAGE_LOW`,
  ///   `OVERLOADED` where the queue is full, and `PAUSED` where a run would begin that nobody works
  ///   at
  public LeaseAnswer acquire(Caller caller, AcquireLease command, RunOrder order) {
    Locks.requireSpace(store, command.metadata());
    QueuedRun run = QueuedRun.of(command.key(), order, refusal(caller.namespaceId()));
    return store.run(new AcquireStep(caller.plan(), rules, command, run));
  }

  /// Why no run can be queued now; null where one can.
  private @Nullable Failure refusal(long namespaceId) {
    if (paused.getAsBoolean()) {
      return Failure.paused();
    }
    return queue.hasRoom(namespaceId) ? null : Failure.overloaded("the queue of runs is full");
  }
}
