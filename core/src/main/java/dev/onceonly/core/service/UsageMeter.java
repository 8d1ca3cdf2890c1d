package dev.onceonly.core.service;

import dev.onceonly.core.account.Plan;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.usage.DayKey;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.LimitReached;
import dev.onceonly.core.usage.MonthKey;
import dev.onceonly.core.usage.MonthRow;
import dev.onceonly.core.usage.MonthRow.Counters;
import dev.onceonly.core.usage.UsageDays;
import dev.onceonly.core.usage.UsageKind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Counts within one step: the namespace's month and day as read, and what the step adds to them.
/// Lives for one call of `decide`; not thread-safe.
final class UsageMeter {
  private final MonthKey monthKey;
  private final DayKey dayKey;
  private final MonthRow before;
  private MonthRow month;
  private DayRow day;

  UsageMeter(long namespaceId, Rows rows, Instant now) {
    monthKey = UsageDays.monthKey(namespaceId, now);
    dayKey = UsageDays.dayKey(namespaceId, now);
    MonthRow monthRow = rows.get(monthKey);
    DayRow dayRow = rows.get(dayKey);
    before = monthRow == null ? MonthRow.NONE : monthRow;
    month = before;
    day = dayRow == null ? DayRow.NONE : dayRow;
  }

  static List<RowKey<?>> reads(long namespaceId, Instant now) {
    return List.of(UsageDays.monthKey(namespaceId, now), UsageDays.dayKey(namespaceId, now));
  }

  /// The limit that refuses the next request, or null while there is room or the plan continues.
  @Nullable LimitReached limitReached(Plan plan, UsageKind kind) {
    Long limit = limit(plan, kind);
    long used = month.of(kind).usage();
    return plan.hardStop() && limit != null && used >= limit
        ? new LimitReached(plan.name(), limit, used)
        : null;
  }

  static @Nullable Long limit(Plan plan, UsageKind kind) {
    return kind == UsageKind.MAKE ? plan.make() : plan.ai();
  }

  long usage(UsageKind kind) {
    return month.of(kind).usage();
  }

  void addMake(Counters monthly, DayRow.Make daily) {
    month = new MonthRow(month.make().plus(monthly), month.ai());
    day = day.plus(daily);
  }

  void addAi(Counters monthly, DayRow.Ai daily) {
    month = new MonthRow(month.make(), month.ai().plus(monthly));
    day = day.plus(daily);
  }

  void addAiDay(DayRow.Ai daily) {
    day = day.plus(daily);
  }

  void addTools(DayRow.Tools daily) {
    day = day.plus(daily);
  }

  void saveInto(List<Change<?>> changes) {
    changes.add(new Change<>(monthKey, month));
    changes.add(new Change<>(dayKey, day));
  }

  /// Writes a mail for each limit that this step's usage has reached or passed. Usage never falls
  /// within a month, so each limit is crossed once in it, by one step: the mail, which is named
  /// after the limit, cannot be there yet, and the hot path looks up nothing.
  void noteCrossings(Plan plan, Instant now, List<Change<?>> changes) {
    for (UsageKind kind : UsageKind.values()) {
      Long limit = limit(plan, kind);
      if (limit != null && before.of(kind).usage() < limit && usage(kind) >= limit) {
        changes.add(LimitMail.of(monthKey.namespaceId(), plan, kind, now));
      }
    }
  }

  void saveDayInto(List<Change<?>> changes) {
    changes.add(new Change<>(dayKey, day));
  }
}
