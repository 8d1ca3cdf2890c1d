package dev.onceonly.core.service;

import dev.onceonly.core.account.Plan;
import dev.onceonly.core.lock.CheckLock;
import dev.onceonly.core.lock.CheckResult;
import dev.onceonly.core.lock.LockKey;
import dev.onceonly.core.lock.LockRow;
import dev.onceonly.core.lock.LockRules;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Fact;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import dev.onceonly.core.usage.DayRow.Make;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.core.usage.LimitReached;
import dev.onceonly.core.usage.MonthRow.Counters;
import dev.onceonly.core.usage.UsageKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Checks one or many locks of one namespace in one atomic change. Within a batch the first item
/// with a key wins.
record CheckStep(long namespaceId, Plan plan, LockRules rules, List<CheckLock> commands)
    implements Step<List<CheckAnswer>> {
  private static final Counters REQUEST = new Counters(1, 0, 0, 0);
  private static final Counters DUPLICATE = new Counters(1, 1, 0, 0);
  private static final Counters BLOCKED = new Counters(1, 0, 1, 0);
  private static final Make DAY_REQUEST = new Make(1, 0, 0, 0);
  private static final Make DAY_LOCKED = new Make(1, 1, 0, 0);
  private static final Make DAY_DUPLICATE = new Make(1, 0, 1, 0);
  private static final Make DAY_BLOCKED = new Make(1, 0, 0, 1);

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    List<RowKey<?>> keys = new ArrayList<>(commands.size() + 2);
    commands.forEach(command -> keys.add(command.key()));
    keys.addAll(UsageMeter.reads(namespaceId, now));
    return keys;
  }

  @Override
  public Decided<List<CheckAnswer>> decide(Rows rows, Instant now) {
    return new Deciding(rows, now).decide();
  }

  @Override
  public int weight() {
    return commands.size();
  }

  /// An item that ran out spoils no other: what is still held is told as held. A duplicate of a
  /// lock that has ended meanwhile is no duplicate any more: its winner may stand in this batch.
  @Override
  public List<CheckAnswer> outlived(List<CheckAnswer> answers, Instant now) {
    List<CheckAnswer> told = new ArrayList<>(answers.size());
    answers.forEach(answer -> told.add(hasRunOut(answer, now) ? new CheckAnswer.RanOut() : answer));
    return told;
  }

  private static boolean hasRunOut(CheckAnswer answer, Instant now) {
    return answer instanceof CheckAnswer.Checked(var result)
        && switch (result) {
          case CheckResult.Locked(var row) -> now.toEpochMilli() >= row.expiresAtMs();
          case CheckResult.Replayed(var row) -> now.toEpochMilli() >= row.expiresAtMs();
          case CheckResult.Duplicate(var row) -> now.toEpochMilli() >= row.expiresAtMs();
          case CheckResult.Reused _ -> false;
        };
  }

  /// One run of `decide`: what its items have changed so far.
  private final class Deciding {
    private final Rows rows;
    private final Instant now;
    private final UsageMeter meter;
    private final Map<LockKey, LockRow> locked = new HashMap<>(4);
    private final List<Fact> facts = new ArrayList<>(1);
    private long firstExpiryMs = Long.MAX_VALUE;

    Deciding(Rows rows, Instant now) {
      this.rows = rows;
      this.now = now;
      this.meter = new UsageMeter(namespaceId, rows, now);
    }

    Decided<List<CheckAnswer>> decide() {
      List<CheckAnswer> answers = new ArrayList<>(commands.size());
      commands.forEach(command -> answers.add(decide(command)));
      List<Change<?>> changes = new ArrayList<>(locked.size() + 2);
      locked.forEach((key, row) -> changes.add(new Change<>(key, row)));
      meter.saveInto(changes);
      meter.noteCrossings(plan, now, changes);
      return new Decided<>(answers, changes, facts, firstExpiry());
    }

    private CheckAnswer decide(CheckLock command) {
      LockRow mine = locked.get(command.key());
      CheckResult result = rules.check(mine == null ? rows.get(command.key()) : mine, command, now);
      LimitReached limit = meter.limitReached(plan, UsageKind.MAKE);
      if (limit != null && !(result instanceof CheckResult.Replayed)) {
        meter.addMake(BLOCKED, DAY_BLOCKED);
        facts.add(feed(FeedItem.Type.OVER_LIMIT, command));
        return new CheckAnswer.OverLimit(limit);
      }
      switch (result) {
        case CheckResult.Locked(var row) -> {
          locked.put(command.key(), row);
          firstExpiryMs = Math.min(firstExpiryMs, row.expiresAtMs());
          meter.addMake(REQUEST, DAY_LOCKED);
        }
        case CheckResult.Duplicate _ -> {
          meter.addMake(DUPLICATE, DAY_DUPLICATE);
          facts.add(feed(FeedItem.Type.DUPLICATE, command));
        }
        case CheckResult.Replayed(var row) -> {
          firstExpiryMs = Math.min(firstExpiryMs, row.expiresAtMs());
          meter.addMake(REQUEST, DAY_REQUEST);
        }
        case CheckResult.Reused _ -> meter.addMake(REQUEST, DAY_REQUEST);
      }
      return new CheckAnswer.Checked(result);
    }

    private FeedItem feed(FeedItem.Type type, CheckLock command) {
      return new FeedItem(namespaceId, now.toEpochMilli(), type, command.key().key(), null);
    }

    /// When the first item that tells its caller to go ahead no longer may.
    private @Nullable Instant firstExpiry() {
      return firstExpiryMs == Long.MAX_VALUE ? null : Instant.ofEpochMilli(firstExpiryMs);
    }
  }
}
