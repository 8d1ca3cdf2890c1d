package dev.onceonly.core.service;

import dev.onceonly.core.GrantId;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.lease.AcquireLease;
import dev.onceonly.core.lease.AcquireResult;
import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseDocumentKey.Kind;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Fact;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import dev.onceonly.core.usage.DayRow.Ai;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.core.usage.LimitReached;
import dev.onceonly.core.usage.MonthRow.Counters;
import dev.onceonly.core.usage.UsageKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Acquires one lease and counts it. The lease of a keyed run is granted together with its place in
/// the queue.
///
/// @param run null where the caller does the work itself
record AcquireStep(Plan plan, LeaseRules rules, AcquireLease command, @Nullable QueuedRun run)
    implements Step<LeaseAnswer> {
  private static final Counters REQUEST = new Counters(1, 0, 0, 0);
  private static final Counters ACQUIRED = new Counters(1, 1, 0, 0);
  private static final Counters BLOCKED = new Counters(1, 0, 1, 0);
  private static final Counters POLLING = new Counters(1, 0, 0, 1);
  private static final Ai DAY_REQUEST = new Ai(1, 0, 0, 0, 0, 0);
  private static final Ai DAY_ACQUIRED = new Ai(1, 1, 0, 0, 0, 0);
  private static final Ai DAY_POLLING = new Ai(1, 0, 1, 0, 0, 0);
  private static final Ai DAY_BLOCKED = new Ai(1, 0, 0, 0, 0, 1);

  @Override
  public long namespaceId() {
    return command.key().namespaceId();
  }

  @Override
  public int weight() {
    return run == null ? 1 : run.weight();
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    List<RowKey<?>> keys = new ArrayList<>(3);
    keys.add(command.key());
    keys.addAll(UsageMeter.reads(namespaceId(), now));
    if (run != null) {
      keys.addAll(run.reads());
    }
    return keys;
  }

  @Override
  public Decided<LeaseAnswer> decide(Rows rows, Instant now) {
    UsageMeter meter = new UsageMeter(namespaceId(), rows, now);
    LeaseRow current = rows.get(command.key());
    AcquireResult result = rules.acquire(current, command, now);
    LimitReached limit = meter.limitReached(plan, UsageKind.AI);
    List<Change<?>> changes = new ArrayList<>(5);
    if (limit != null && !(result instanceof AcquireResult.Replayed)) {
      meter.addAi(BLOCKED, DAY_BLOCKED);
      meter.saveInto(changes);
      Fact refused = feed(FeedItem.Type.OVER_LIMIT, null, now);
      return new Decided<>(new LeaseAnswer.OverLimit(limit), changes, List.of(refused), null);
    }
    count(result, meter);
    meter.saveInto(changes);
    meter.noteCrossings(plan, now, changes);
    int charged = result instanceof AcquireResult.Acquired ? 1 : 0;
    LeaseAnswer answer =
        new LeaseAnswer.Asked(
            result, meter.usage(UsageKind.AI), UsageMeter.limit(plan, UsageKind.AI), charged);
    return switch (result) {
      case AcquireResult.Acquired(var row) -> {
        changes.add(new Change<>(command.key(), row));
        documents(current != null, changes);
        boolean remembered = current != null && !rules.isForgotten(current, now);
        if (current != null && !remembered) {
          QueuedRun.forget(command.key(), run, changes);
        }
        if (run != null) {
          run.save(row, remembered, rows, now, changes);
        }
        Fact acquired = feed(FeedItem.Type.AI_ACQUIRED, row, now);
        yield new Decided<>(answer, changes, List.of(acquired), deadline(row));
      }
      // The caller is told once more to go ahead, and not after the lease has ended.
      case AcquireResult.Replayed(var row) ->
          new Decided<>(answer, changes, List.of(), deadline(row));
      case AcquireResult.Held _, AcquireResult.Finished _, AcquireResult.Reused _ ->
          new Decided<>(answer, changes, List.of(), null);
    };
  }

  /// A caller may go ahead until the expiry. A run is the worker's, which keeps it alive: there is
  /// nothing for which its caller could come too late.
  private @Nullable Instant deadline(LeaseRow row) {
    return run == null ? Instant.ofEpochMilli(row.expiresAtMs()) : null;
  }

  private static void count(AcquireResult result, UsageMeter meter) {
    switch (result) {
      case AcquireResult.Acquired _ -> meter.addAi(ACQUIRED, DAY_ACQUIRED);
      case AcquireResult.Held _ -> meter.addAi(POLLING, DAY_POLLING);
      case AcquireResult.Replayed _, AcquireResult.Finished _, AcquireResult.Reused _ ->
          meter.addAi(REQUEST, DAY_REQUEST);
    }
  }

  /// A new grant brings its own metadata and starts without a result.
  private void documents(boolean wasRemembered, List<Change<?>> changes) {
    LeaseDocumentKey metadata = new LeaseDocumentKey(command.key(), Kind.METADATA);
    if (command.metadata() != null) {
      changes.add(new Change<>(metadata, new LeaseDocument(command.metadata())));
    } else if (wasRemembered) {
      changes.add(new Change<LeaseDocument>(metadata, null));
    }
    if (wasRemembered) {
      changes.add(
          new Change<LeaseDocument>(new LeaseDocumentKey(command.key(), Kind.RESULT), null));
    }
  }

  private FeedItem feed(FeedItem.Type type, @Nullable LeaseRow row, Instant now) {
    String leaseId = row == null ? null : GrantId.lease(row.grant().token());
    return new FeedItem(namespaceId(), now.toEpochMilli(), type, command.key().key(), leaseId);
  }
}
