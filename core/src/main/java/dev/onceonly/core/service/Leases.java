package dev.onceonly.core.service;

import dev.onceonly.core.account.Caller;
import dev.onceonly.core.lease.AcquireLease;
import dev.onceonly.core.lease.ExtendLease;
import dev.onceonly.core.lease.ExtendResult;
import dev.onceonly.core.lease.FinishLease;
import dev.onceonly.core.lease.FinishResult;
import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseDocumentKey.Kind;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseRules;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Leases for callers: counted, limited by plan, durable. Thread-safe. Commands throw the failures
/// of [dev.onceonly.core.step.Lane#run].
public final class Leases {
  private final Store store;
  private final LeaseRules rules;

  public Leases(Store store, LeaseRules rules) {
    this.store = store;
    this.rules = rules;
  }

  /// Acquires a key, or tells who has it and how it stands.
  public LeaseAnswer acquire(Caller caller, AcquireLease command) {
    Locks.requireSpace(store, command.metadata());
    return store.run(new AcquireStep(caller.plan(), rules, command, null));
  }

  /// Counts a lease's TTL again. That of a keyed run is the worker's: it is told as it stands, and
  /// nothing moves.
  public ExtendResult extend(ExtendLease command) {
    return store.run(new ExtendStep(rules, command));
  }

  /// Ends a lease. That of a keyed run ends its work with it: what is queued does not start, and
  /// what is running starts no further action.
  public FinishResult finish(FinishLease command) {
    FinishStep.Told told = store.run(new FinishStep(rules, command, null));
    while (true) {
      switch (told) {
        case FinishStep.Told.Answered(var result) -> {
          return result;
        }
        // The run's timeline was not among the rows: named now.
        case FinishStep.Told.OfRun(var run) ->
            told = store.run(new FinishStep(rules, command, run));
      }
    }
  }

  /// How a key stands. Changes nothing and costs nothing.
  public LeaseView status(LeaseKey key) {
    LeaseRow row = store.get(key);
    Instant now = store.now();
    return new LeaseView(rules.status(row, now), row, now);
  }

  /// The result's JSON text, or null where the lease was completed without one.
  public @Nullable String result(LeaseKey key) {
    LeaseDocument document = store.get(new LeaseDocumentKey(key, Kind.RESULT));
    return document == null ? null : document.json();
  }
}
