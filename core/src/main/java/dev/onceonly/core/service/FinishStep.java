package dev.onceonly.core.service;

import dev.onceonly.core.lease.FinishLease;
import dev.onceonly.core.lease.FinishLease.Outcome;
import dev.onceonly.core.lease.FinishResult;
import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseDocumentKey.Kind;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import dev.onceonly.core.usage.DayRow.Ai;
import dev.onceonly.core.usage.FeedItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Completes, fails or cancels one lease. Never refused for the plan's limit, and not a request
/// that counts.
record FinishStep(LeaseRules rules, FinishLease command) implements Step<FinishResult> {
  private static final Ai COMPLETED = new Ai(0, 0, 0, 1, 0, 0);
  private static final Ai FAILED = new Ai(0, 0, 0, 0, 1, 0);

  @Override
  public long namespaceId() {
    return command.key().namespaceId();
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    List<RowKey<?>> keys = new ArrayList<>(3);
    keys.add(command.key());
    keys.addAll(UsageMeter.reads(namespaceId(), now));
    return keys;
  }

  @Override
  public Decided<FinishResult> decide(Rows rows, Instant now) {
    FinishResult result = rules.finish(rows.get(command.key()), command, now);
    if (!(result instanceof FinishResult.Finished(var row))) {
      return Decided.unchanged(result);
    }
    List<Change<?>> changes = new ArrayList<>(3);
    changes.add(new Change<>(command.key(), row));
    UsageMeter meter = new UsageMeter(namespaceId(), rows, now);
    FeedItem.Type type =
        switch (command.outcome()) {
          case Outcome.Complete(var json, _, _) -> {
            if (json != null) {
              changes.add(
                  new Change<>(
                      new LeaseDocumentKey(command.key(), Kind.RESULT), new LeaseDocument(json)));
            }
            meter.addAiDay(COMPLETED);
            yield FeedItem.Type.AI_COMPLETED;
          }
          case Outcome.Fail _ -> {
            meter.addAiDay(FAILED);
            yield FeedItem.Type.AI_FAILED;
          }
        };
    meter.saveDayInto(changes);
    FeedItem item =
        new FeedItem(
            namespaceId(), now.toEpochMilli(), type, command.key().key(), command.leaseId());
    return new Decided<>(result, changes, List.of(item), null);
  }
}
