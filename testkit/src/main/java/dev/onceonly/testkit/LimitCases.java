package dev.onceonly.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Caller;
import dev.onceonly.core.lease.AcquireResult;
import dev.onceonly.core.lease.AcquireResult.Acquired;
import dev.onceonly.core.lease.AcquireResult.Finished;
import dev.onceonly.core.lease.AcquireResult.Held;
import dev.onceonly.core.lease.AcquireResult.Replayed;
import dev.onceonly.core.lease.AcquireResult.Reused;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lock.CheckLock;
import dev.onceonly.core.lock.CheckResult;
import dev.onceonly.core.lock.CheckResult.Locked;
import dev.onceonly.core.service.CheckAnswer;
import dev.onceonly.core.service.CheckAnswer.Checked;
import dev.onceonly.core.service.LeaseAnswer;
import dev.onceonly.core.service.LeaseAnswer.Asked;
import dev.onceonly.core.usage.LimitReached;
import dev.onceonly.core.usage.MonthRow.Counters;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The monthly limits of plans (contract 9.3, 12, 18).
public interface LimitCases extends StoreUnderTest {
  Caller STOPPED_AT_2 = Callers.stoppedAt(2, Ask.NAMESPACE);

  @Test
  default void duplicatesAreWhatALocksLimitCounts() {
    for (int i = 0; i < 5; i++) {
      assertThat(check("key-" + i)).isInstanceOf(Checked.class);
    }
    assertThat(check("key-0")).isInstanceOf(Checked.class);
    assertThat(check("key-1")).isInstanceOf(Checked.class);
    CheckAnswer refused = new CheckAnswer.OverLimit(new LimitReached("free", 2, 2));
    assertThat(check("key-2")).isEqualTo(refused);
    assertThat(check("a new key")).isEqualTo(refused);
    assertThat(store().get(Ask.of("a new key").lockKey())).isNull();
    assertThat(store().allTime(1).make()).isEqualTo(new Counters(9, 2, 2, 0));
  }

  @Test
  default void aLocksReplayPassesAtTheLimit() {
    Ask ask = Ask.of("k").attempt("attempt-1");
    lock(ask);
    reachTheLockLimit();
    assertThat(locks().check(STOPPED_AT_2, ask.lock()))
        .isInstanceOfSatisfying(
            Checked.class,
            checked -> assertThat(checked.result()).isInstanceOf(CheckResult.Replayed.class));
    assertThat(locks().check(STOPPED_AT_2, Ask.of("k").attempt("attempt-2").lock()))
        .isInstanceOf(CheckAnswer.OverLimit.class);
    assertThat(store().allTime(1).make()).isEqualTo(new Counters(6, 2, 1, 0));
  }

  @Test
  default void theLimitMayBeReachedWithinABatch() {
    List<CheckLock> commands =
        List.of(
            Ask.of("a").lock(),
            Ask.of("a").lock(),
            Ask.of("a").lock(),
            Ask.of("a").lock(),
            Ask.of("b").lock());
    assertThat(locks().checkAll(STOPPED_AT_2, commands))
        .hasExactlyElementsOfTypes(
            Checked.class,
            Checked.class,
            Checked.class,
            CheckAnswer.OverLimit.class,
            CheckAnswer.OverLimit.class);
    assertThat(store().get(Ask.of("b").lockKey())).isNull();
    assertThat(store().allTime(1).make()).isEqualTo(new Counters(5, 2, 2, 0));
    assertThat(store().feed().latest(1, 200, 0)).hasSize(4);
  }

  @Test
  default void aPlanThatGoesOnRefusesNothing() {
    Caller caller = Callers.goingOnAfter(1, Ask.NAMESPACE);
    for (int i = 0; i < 5; i++) {
      assertThat(locks().check(caller, Ask.of("a").lock())).isInstanceOf(Checked.class);
      assertThat(leases().acquire(caller, Ask.of("k-" + i).lease())).isInstanceOf(Asked.class);
    }
    assertThat(store().allTime(1).make()).isEqualTo(new Counters(5, 4, 0, 0));
    assertThat(store().allTime(1).ai()).isEqualTo(new Counters(5, 5, 0, 0));
  }

  @Test
  default void acquisitionsAreWhatALeasesLimitCounts() {
    assertAsked(acquire("a"), Acquired.class, 1, 1);
    assertAsked(acquire("a"), Held.class, 1, 0);
    LeaseAnswer second = acquire("b");
    assertAsked(second, Acquired.class, 2, 1);
    LeaseAnswer refused = new LeaseAnswer.OverLimit(new LimitReached("free", 2, 2));
    assertThat(acquire("c")).isEqualTo(refused);
    assertThat(acquire("a")).isEqualTo(refused);
    assertThat(store().get(Ask.of("c").leaseKey())).isNull();
    assertThat(store().allTime(1).ai()).isEqualTo(new Counters(5, 2, 2, 1));
  }

  @Test
  default void onlyAnAcquisitionIsCharged() {
    Ask ask = Ask.of("k").attempt("attempt-1").fingerprint("a");
    LeaseAnswer first = leases().acquire(STOPPED_AT_2, ask.lease());
    assertAsked(first, Acquired.class, 1, 1);
    assertAsked(leases().acquire(STOPPED_AT_2, ask.lease()), Replayed.class, 1, 0);
    assertAsked(acquire("k"), Held.class, 1, 0);
    assertAsked(leases().acquire(STOPPED_AT_2, ask.fingerprint("b").lease()), Reused.class, 1, 0);
    LeaseFinishCases.finished(leases(), row(first), "boom");
    assertAsked(acquire("k"), Finished.class, 1, 0);
    LeaseAnswer retry = leases().acquire(STOPPED_AT_2, Ask.of("k").retryFailed());
    assertAsked(retry, Acquired.class, 2, 1);
  }

  @Test
  default void aLeasesReplayPassesAtTheLimitAndSoDoesItsFinish() {
    Ask ask = Ask.of("k").attempt("attempt-1");
    LeaseAnswer first = leases().acquire(STOPPED_AT_2, ask.lease());
    acquire("b");
    assertAsked(leases().acquire(STOPPED_AT_2, ask.lease()), Replayed.class, 2, 0);
    assertThat(leases().acquire(STOPPED_AT_2, ask.attempt("attempt-2").lease()))
        .isInstanceOf(LeaseAnswer.OverLimit.class);
    assertThat(LeaseFinishCases.finished(leases(), row(first), null).version()).isEqualTo(2);
    assertThat(store().allTime(1).ai()).isEqualTo(new Counters(4, 2, 1, 0));
  }

  @Test
  default void aLimitOfZeroRefusesEverything() {
    Caller caller = Callers.stoppedAt(0, Ask.NAMESPACE);
    assertThat(locks().check(caller, Ask.of("a").lock()))
        .isEqualTo(new CheckAnswer.OverLimit(new LimitReached("free", 0, 0)));
    assertThat(leases().acquire(caller, Ask.of("a").lease()))
        .isEqualTo(new LeaseAnswer.OverLimit(new LimitReached("free", 0, 0)));
  }

  @Test
  default void aNewMonthOpensTheLimitAgain() {
    lock(Ask.of("k"));
    reachTheLockLimit();
    acquire("a");
    acquire("b");
    assertThat(check("new")).isInstanceOf(CheckAnswer.OverLimit.class);
    assertThat(acquire("c")).isInstanceOf(LeaseAnswer.OverLimit.class);
    time().advance(Duration.ofDays(31));
    assertThat(check("new"))
        .isInstanceOfSatisfying(
            Checked.class, checked -> assertThat(checked.result()).isInstanceOf(Locked.class));
    assertAsked(acquire("c"), Acquired.class, 1, 1);
  }

  @Test
  default void anotherNamespacesLimitIsItsOwn() {
    lock(Ask.of("k"));
    reachTheLockLimit();
    assertThat(check("new")).isInstanceOf(CheckAnswer.OverLimit.class);
    assertThat(locks().check(Callers.stoppedAt(2, 2), Ask.of("new").in(2).lock()))
        .isInstanceOf(Checked.class);
  }

  private void reachTheLockLimit() {
    lock(Ask.of("limit"));
    check(Ask.of("limit"));
    check(Ask.of("limit"));
  }

  private CheckAnswer check(String key) {
    return locks().check(STOPPED_AT_2, Ask.of(key).lock());
  }

  private LeaseAnswer acquire(String key) {
    return leases().acquire(STOPPED_AT_2, Ask.of(key).lease());
  }

  private static LeaseRow row(LeaseAnswer answer) {
    if (answer instanceof Asked(Acquired(var row), _, _, _)) {
      return row;
    }
    throw new AssertionError("not acquired but " + answer);
  }

  private static void assertAsked(
      LeaseAnswer answer, Class<? extends AcquireResult> type, long usage, int charged) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            Asked.class,
            asked -> {
              assertThat(asked.result()).isInstanceOf(type);
              assertThat(asked.usage()).isEqualTo(usage);
              assertThat(asked.limit()).isEqualTo(2L);
              assertThat(asked.charged()).isEqualTo(charged);
            });
  }
}
