package dev.onceonly.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.lease.ExtendLease;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.MonthRow;
import dev.onceonly.core.usage.MonthRow.Counters;
import dev.onceonly.core.usage.UsageDays;
import java.time.Duration;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/// What is counted (contract 9.2, 9.3, 9.6).
public interface UsageCases extends StoreUnderTest {

  @Test
  default void locksCountRequestsAndDuplicates() {
    Ask ask = Ask.of("a").attempt("attempt-1").fingerprint("a");
    lock(ask);
    check(ask);
    check(Ask.of("a"));
    check(Ask.of("a"));
    check(ask.fingerprint("b"));
    assertThat(month()).isEqualTo(new MonthRow(new Counters(5, 2, 0, 0), Counters.NONE));
    assertThat(day()).isEqualTo(new DayRow(new DayRow.Make(5, 1, 2, 0), DayRow.Ai.NONE));
  }

  @Test
  default void leasesCountRequestsAcquisitionsAndPolling() {
    Ask ask = Ask.of("k").attempt("attempt-1");
    LeaseRow row = own(ask);
    acquire(ask);
    acquire(Ask.of("k"));
    acquire(Ask.of("k"));
    LeaseFinishCases.finished(leases(), row, "boom");
    acquire(Ask.of("k"));
    LeaseRow second = own(Ask.of("k").retryFailed());
    LeaseFinishCases.finished(leases(), second, null);
    assertThat(month()).isEqualTo(new MonthRow(Counters.NONE, new Counters(6, 2, 0, 2)));
    assertThat(day()).isEqualTo(new DayRow(DayRow.Make.NONE, new DayRow.Ai(6, 2, 2, 1, 1, 0)));
  }

  @Test
  default void whatIsFreeIsNotCounted() {
    LeaseRow row = own(Ask.of("k"));
    MonthRow before = month();
    leases().status(Ask.of("k").leaseKey());
    leases().result(Ask.of("k").leaseKey());
    leases()
        .extend(
            new ExtendLease(Ask.of("k").leaseKey(), StoreUnderTest.leaseId(row), null, Ask.FREE));
    LeaseFinishCases.finished(leases(), row, null);
    locks().release(LockReleaseCases.byAttempt("none", "attempt-1"));
    assertThat(month()).isEqualTo(before);
  }

  @Test
  default void eachNamespaceIsCountedForItself() {
    lock(Ask.of("a"));
    lock(Ask.of("a").in(2));
    check(Ask.of("a").in(2));
    assertThat(store().allTime(1).make()).isEqualTo(new Counters(1, 0, 0, 0));
    assertThat(store().allTime(2).make()).isEqualTo(new Counters(2, 1, 0, 0));
    assertThat(store().allTime(3)).isEqualTo(MonthRow.NONE);
    assertThat(store().days(3, 0, Integer.MAX_VALUE)).isEmpty();
  }

  @Test
  default void daysAreGivenFromAndToInclusively() {
    int first = UsageDays.day(time().now());
    for (int i = 0; i < 4; i++) {
      lock(Ask.of("day-" + i));
      time().advance(Duration.ofDays(1));
    }
    restart();
    assertThat(store().days(1, first, first + 3)).hasSize(4);
    SortedMap<Integer, DayRow> middle = store().days(1, first + 1, first + 2);
    assertThat(middle.keySet()).containsExactly(first + 1, first + 2);
    assertThat(middle.values()).allMatch(day -> day.make().locked() == 1);
    assertThat(store().days(1, first + 4, first + 9)).isEmpty();
    assertThat(store().days(1, first + 2, first + 1)).isEmpty();
  }

  @Test
  default void aNewMonthCountsFromZeroAndAllTimeGoesOn() {
    lock(Ask.of("a"));
    check(Ask.of("a"));
    own(Ask.of("k"));
    time().advance(Duration.ofDays(31));
    assertThat(store().get(UsageDays.monthKey(1, time().now()))).isNull();
    lock(Ask.of("a"));
    restart();
    assertThat(month()).isEqualTo(new MonthRow(new Counters(1, 0, 0, 0), Counters.NONE));
    assertThat(store().allTime(1))
        .isEqualTo(new MonthRow(new Counters(3, 1, 0, 0), new Counters(1, 1, 0, 0)));
  }

  private MonthRow month() {
    MonthRow row = store().get(UsageDays.monthKey(Ask.NAMESPACE, time().now()));
    return row == null ? MonthRow.NONE : row;
  }

  private DayRow day() {
    DayRow row = store().get(UsageDays.dayKey(Ask.NAMESPACE, time().now()));
    return row == null ? DayRow.NONE : row;
  }
}
