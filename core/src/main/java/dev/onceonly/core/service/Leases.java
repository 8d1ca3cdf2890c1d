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
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
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
    return store.run(new AcquireStep(caller.plan(), rules, command));
  }

  public ExtendResult extend(ExtendLease command) {
    return store.run(new ExtendStep(rules, command));
  }

  public FinishResult finish(FinishLease command) {
    return store.run(new FinishStep(rules, command));
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

  private record ExtendStep(LeaseRules rules, ExtendLease command) implements Step<ExtendResult> {
    @Override
    public long namespaceId() {
      return command.key().namespaceId();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(command.key());
    }

    @Override
    public Decided<ExtendResult> decide(Rows rows, Instant now) {
      ExtendResult result = rules.extend(rows.get(command.key()), command, now);
      return switch (result) {
        case ExtendResult.Extended(var row) ->
            new Decided<>(
                result,
                List.of(new Change<>(command.key(), row)),
                List.of(),
                Instant.ofEpochMilli(row.expiresAtMs()));
        case ExtendResult.Refused _ -> Decided.unchanged(result);
      };
    }
  }
}
