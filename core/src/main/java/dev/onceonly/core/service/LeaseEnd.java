package dev.onceonly.core.service;

import dev.onceonly.core.lease.FinishLease;
import dev.onceonly.core.lease.FinishLease.Outcome;
import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseDocumentKey.Kind;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Fact;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.usage.DayRow.Ai;
import dev.onceonly.core.usage.FeedItem;
import java.time.Instant;
import java.util.List;

/// What the end of a lease changes and tells, whoever ends it. The step names the lease and the
/// usage of [UsageMeter#reads] among its reads.
final class LeaseEnd {
  private static final Ai COMPLETED = new Ai(0, 0, 0, 1, 0, 0);
  private static final Ai FAILED = new Ai(0, 0, 0, 0, 1, 0);

  private LeaseEnd() {}

  /// Saves a lease that has just been finished as the command says.
  ///
  /// @return what the feed is told
  static Fact save(
      FinishLease command, LeaseRow finished, Rows rows, Instant now, List<Change<?>> changes) {
    long namespaceId = command.key().namespaceId();
    changes.add(new Change<>(command.key(), finished));
    UsageMeter meter = new UsageMeter(namespaceId, rows, now);
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
    return new FeedItem(
        namespaceId, now.toEpochMilli(), type, command.key().key(), command.leaseId());
  }
}
