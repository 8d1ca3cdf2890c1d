package dev.onceonly.store.sqlite;

import static dev.onceonly.testkit.FreeStep.counting;
import static dev.onceonly.testkit.FreeStep.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.AccountException;
import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.lock.CheckLock;
import dev.onceonly.core.lock.CheckResult;
import dev.onceonly.core.lock.LockRules;
import dev.onceonly.core.service.CheckAnswer;
import dev.onceonly.core.service.Locks;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Step;
import dev.onceonly.store.Cuts;
import dev.onceonly.store.Cuts.Point;
import dev.onceonly.store.LaneLimits;
import dev.onceonly.store.LaneListener;
import dev.onceonly.store.SessionException;
import dev.onceonly.store.SessionException.Meaning;
import dev.onceonly.testkit.Ask;
import dev.onceonly.testkit.Await;
import dev.onceonly.testkit.Callers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/// What callers are told, and what is stored, when the database fails under a batch.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
final class LaneFaultTest {
  private static final SequenceKey COUNTER = new SequenceKey("counter");
  @TempDir private Path path;
  private LaneUnderTest lane;

  @BeforeEach
  void open() {
    lane = new LaneUnderTest(path, LaneLimits.DEFAULT);
  }

  @AfterEach
  void close() {
    lane.close();
  }

  @Test
  void aCutBeforeTheCommitAppliesNothingAndStopsTheLane() {
    lane.cuts.plan(Point.BEFORE_COMMIT, Meaning.BROKEN);
    assertFailure(ErrorCode.STORAGE_UNAVAILABLE, counting("counter"));
    assertFailure(ErrorCode.STORAGE_UNAVAILABLE, counting("counter"));
    assertThat(String.valueOf(lane.store().troubles())).contains("BROKEN");
    assertThat(lane.store().get(COUNTER)).isNull();
    assertThat(lane.reopen().run(counting("counter"))).isEqualTo(1);
  }

  @Test
  void aFaultInTheCommitLeavesTheOutcomeUnknownAndStopsTheLane() {
    lane.cuts.plan(Point.BEFORE_COMMIT, Meaning.OUTCOME_UNKNOWN);
    assertFailure(ErrorCode.UNKNOWN_OUTCOME, counting("counter"));
    assertFailure(ErrorCode.STORAGE_UNAVAILABLE, counting("counter"));
    assertThat(String.valueOf(lane.store().troubles())).contains("OUTCOME_UNKNOWN");
    assertThat(lane.reopen().run(counting("counter"))).isEqualTo(1);
  }

  @Test
  void aLostAnswerOfACommitIsUnknownAndItsAttemptIsRecognisedAfterwards() {
    Ask ask = Ask.of("k").attempt("attempt-1");
    lane.cuts.plan(Point.AFTER_COMMIT, Meaning.OUTCOME_UNKNOWN);
    assertThatThrownBy(() -> check(lane.store(), ask))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.UNKNOWN_OUTCOME));
    assertFailure(ErrorCode.STORAGE_UNAVAILABLE, counting("counter"));
    assertThat(lane.store().troubles()).isNotNull();
    Store again = lane.reopen();
    assertThat(check(again, ask)).isInstanceOf(CheckResult.Replayed.class);
    assertThat(check(again, Ask.of("k"))).isInstanceOf(CheckResult.Duplicate.class);
  }

  @Test
  void everybodyInABatchOfUnknownOutcomeIsToldSo() throws Exception {
    Future<Long> first = lane.holdLane();
    List<Future<Long>> batch = lane.queue(List.of(counting("a"), counting("b"), counting("a")));
    lane.cuts.plan(Point.AFTER_COMMIT, 1, Cuts.fault(Meaning.OUTCOME_UNKNOWN));
    lane.cuts.letGo();
    assertThat(first.get()).isEqualTo(1);
    for (Future<Long> caller : batch) {
      assertCode(ErrorCode.UNKNOWN_OUTCOME, caller);
    }
    assertThat(lane.reopen().get(new SequenceKey("a"))).isEqualTo(new SequenceRow(2));
  }

  @Test
  void whenThereIsNoSpaceNothingIsAppliedAndTheLaneRecoversByItself() throws Exception {
    Future<Long> first = lane.holdLane();
    List<Future<Long>> batch = lane.queue(List.of(counting("a"), counting("b")));
    lane.cuts.plan(Point.BEFORE_COMMIT, 1, Cuts.fault(Meaning.NO_SPACE));
    lane.cuts.letGo();
    assertThat(first.get()).isEqualTo(1);
    for (Future<Long> caller : batch) {
      assertCode(ErrorCode.STORAGE_UNAVAILABLE, caller);
    }
    assertThat(lane.store().run(counting("a"))).isEqualTo(1);
    assertThat(lane.store().run(counting("b"))).isEqualTo(1);
  }

  @Test
  void whenSpaceRunsOutAfterTheFlushTheOutcomeIsUnknownAndTheLaneGoesOn() {
    lane.cuts.plan(Point.AFTER_COMMIT, Meaning.NO_SPACE_AFTER_FLUSH);
    assertFailure(ErrorCode.UNKNOWN_OUTCOME, counting("counter"));
    assertThat(lane.store().run(counting("counter"))).isEqualTo(2);
  }

  @Test
  void aStepThatCannotBeSavedSpoilsNobodyElses() throws Exception {
    lane.cuts.refuse(change -> change.key().equals(new SequenceKey("bad")));
    Future<Long> first = lane.holdLane();
    List<Future<Long>> batch =
        lane.queue(
            List.of(counting("a"), counting("bad"), counting("a"), counting("bad"), counting("b")));
    lane.cuts.letGo();
    assertThat(first.get()).isEqualTo(1);
    assertThat(batch.getFirst().get()).isEqualTo(1);
    assertCode(ErrorCode.INTERNAL, batch.get(1));
    assertThat(batch.get(2).get()).isEqualTo(2);
    assertCode(ErrorCode.INTERNAL, batch.get(3));
    assertThat(batch.get(4).get()).isEqualTo(1);
    assertThat(lane.store().troubles()).isNull();
    assertThat(lane.reopen().get(new SequenceKey("bad"))).isNull();
  }

  @Test
  void aFaultWhileLoadingOrBeginningIsNotTakenForAnAnswer() {
    lane.cuts.plan(Point.LOAD, Meaning.STATEMENT_REFUSED);
    assertFailure(ErrorCode.INTERNAL, counting("counter"));
    lane.cuts.plan(Point.BEGIN, Meaning.NO_SPACE);
    assertFailure(ErrorCode.STORAGE_UNAVAILABLE, counting("counter"));
    assertThat(lane.store().run(counting("counter"))).isEqualTo(1);
  }

  @Test
  void aRefusalIsToldOnlyWhenWhatItWasDecidedOnIsOnDisk() throws Exception {
    lane.cuts.refuse(change -> change.key().equals(COUNTER));
    Step<Long> onlyFirst =
        reading(
            List.of(COUNTER),
            (rows, _) -> {
              if (rows.get(COUNTER) != null) {
                throw new AccountException("there is one already");
              }
              return Decided.unchanged(0L);
            });
    Future<Long> first = lane.holdLane();
    List<Future<Long>> batch = lane.queue(List.of(counting("counter"), onlyFirst));
    lane.cuts.letGo();
    assertThat(first.get()).isEqualTo(1);
    assertCode(ErrorCode.INTERNAL, batch.getFirst());
    assertThat(batch.getLast().get()).isZero();
  }

  @Test
  void aStepThatThrowsIsToldSoAndTheRestOfItsBatchGoesOn() throws Exception {
    Step<Long> throwing =
        reading(
            List.of(COUNTER),
            (_, _) -> {
              throw new AccountException("no");
            });
    Future<Long> first = lane.holdLane();
    List<Future<Long>> batch =
        lane.queue(List.of(counting("counter"), throwing, counting("counter")));
    lane.cuts.letGo();
    assertThat(first.get()).isEqualTo(1);
    assertThat(batch.getFirst().get()).isEqualTo(1);
    assertThat(LaneUnderTest.failure(batch.get(1))).isInstanceOf(AccountException.class);
    assertThat(batch.getLast().get()).isEqualTo(2);
  }

  @Test
  void anErrorInAStepEndsNeitherItsCallersWaitNorTheLane() {
    Step<Long> failing =
        reading(
            List.of(COUNTER),
            (_, _) -> {
              throw new StackOverflowError("deep");
            });
    assertThatThrownBy(() -> lane.store().run(failing))
        .isInstanceOf(IllegalStateException.class)
        .hasCauseInstanceOf(StackOverflowError.class);
    assertThat(lane.store().run(counting("counter"))).isEqualTo(1);
  }

  @Test
  void aListenerThatThrowsSpoilsNoAnswer() {
    lane.store()
        .report(
            new LaneListener() {
              @Override
              public void committed(int steps, long commitNanos) {
                throw new IllegalStateException("figures");
              }

              @Override
              public void checkpointed(long nanos, long frames) {}
            });
    lane.store()
        .listen((_, _) -> {
          throw new IllegalStateException("listener");
        });
    assertThat(lane.store().run(counting("counter"))).isEqualTo(1);
    assertThat(lane.store().run(counting("counter"))).isEqualTo(2);
    assertThat(lane.store().troubles()).isNull();
  }

  @Test
  void aGrantWhoseFlushTookLongerThanItsTtlIsOverloadAndHoldsNothing() {
    AtomicBoolean slow = new AtomicBoolean(true);
    lane.store()
        .report(
            new LaneListener() {
              @Override
              public void committed(int steps, long commitNanos) {
                lane.time.advanceMs(slow.get() ? 10_000 : 1);
              }

              @Override
              public void checkpointed(long nanos, long frames) {}
            });
    Ask ask = Ask.of("k").ttlMs(10_000);
    assertThatThrownBy(() -> check(lane.store(), ask))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED));
    slow.set(false);
    assertThat(check(lane.store(), ask)).isInstanceOf(CheckResult.Locked.class);
  }

  @Test
  void ofABatchOnlyTheItemsThatRanOutAreOverload() {
    lane.store()
        .report(
            new LaneListener() {
              @Override
              public void committed(int steps, long commitNanos) {
                lane.time.advanceMs(10_000);
              }

              @Override
              public void checkpointed(long nanos, long frames) {}
            });
    Locks locks = new Locks(lane.store(), new LockRules(60_000));
    List<CheckLock> commands =
        List.of(Ask.of("a").ttlMs(86_400_000).lock(), Ask.of("b").ttlMs(10_000).lock());
    List<CheckAnswer> answers = locks.checkAll(Callers.unlimited(Ask.NAMESPACE), commands);
    assertThat(answers)
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .isInstanceOfSatisfying(
                        CheckAnswer.Checked.class,
                        checked ->
                            assertThat(checked.result()).isInstanceOf(CheckResult.Locked.class)),
            second -> assertThat(second).isEqualTo(new CheckAnswer.RanOut()));
    assertThat(check(lane.store(), Ask.of("a"))).isInstanceOf(CheckResult.Duplicate.class);
    assertThat(lane.store().get(Ask.of("b").lock().key()))
        .satisfies(row -> assertThat(row == null || !row.isLive(lane.store().now())).isTrue());
  }

  @Test
  void housekeepingThatFailsIsPutOff() {
    lane.cuts.plan(Point.HOUSEKEEPING, 0, new IllegalStateException("a broken broom"));
    lane.cuts.plan(Point.HOUSEKEEPING, Meaning.NO_SPACE);
    lane.cuts.plan(Point.HOUSEKEEPING, Meaning.STATEMENT_REFUSED);
    for (long i = 1; i <= 5; i++) {
      assertThat(lane.store().run(counting("counter"))).isEqualTo(i);
    }
  }

  @Test
  void housekeepingThatFindsTheDiskBrokenStopsTheLane() {
    lane.cuts.plan(Point.HOUSEKEEPING, Meaning.BROKEN);
    Await.until(() -> lane.store().troubles() != null);
    assertFailure(ErrorCode.STORAGE_UNAVAILABLE, counting("counter"));
  }

  private static CheckResult check(Store store, Ask ask) {
    Locks locks = new Locks(store, new LockRules(60_000));
    return switch (locks.check(Callers.unlimited(Ask.NAMESPACE), ask.lock())) {
      case CheckAnswer.Checked(var result) -> result;
      case CheckAnswer.OverLimit(var limit) -> throw new AssertionError("refused: " + limit);
      case CheckAnswer.RanOut _ -> throw new AssertionError("ran out");
    };
  }

  @Test
  void whoClosesIsToldWhatWentWrongInIt() {
    assertThat(lane.store().run(counting("counter"))).isEqualTo(1);
    lane.cuts.plan(Point.CLOSE, Meaning.NO_SPACE);
    assertThatThrownBy(lane.store()::close)
        .isInstanceOf(SessionException.class)
        .hasMessageContaining("NO_SPACE; what was answered is on disk");
    assertThat(lane.reopen().run(counting("counter"))).isEqualTo(2);
  }

  private void assertFailure(ErrorCode code, Step<?> step) {
    assertThatThrownBy(() -> lane.store().run(step))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  private static void assertCode(ErrorCode code, Future<?> asked) throws InterruptedException {
    assertThat(LaneUnderTest.failure(asked))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
