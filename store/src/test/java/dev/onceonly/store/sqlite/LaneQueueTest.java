package dev.onceonly.store.sqlite;

import static dev.onceonly.testkit.FreeStep.counting;
import static dev.onceonly.testkit.FreeStep.countingIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.Claim;
import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.Grant;
import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.lock.LockKey;
import dev.onceonly.core.lock.LockRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Step;
import dev.onceonly.store.LaneLimits;
import dev.onceonly.testkit.Ask;
import dev.onceonly.testkit.Await;
import dev.onceonly.testkit.FreeStep;
import dev.onceonly.testkit.QueuedStep;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/// How the lane groups steps, bounds its queue, keeps turns, and closes.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
final class LaneQueueTest {
  @TempDir private Path path;

  @Test
  void whatWaitsTogetherIsCommittedTogether() throws Exception {
    try (LaneUnderTest lane = open(LaneLimits.DEFAULT)) {
      Future<Long> first = lane.holdLane();
      List<Future<Long>> batch = lane.queue(Collections.nCopies(100, counting("counter")));
      lane.cuts.letGo();
      assertThat(first.get()).isEqualTo(1);
      assertThat(answers(batch)).isEqualTo(oneTo(100));
      assertThat(lane.cuts.commits()).isEqualTo(2);
    }
  }

  @Test
  void aBatchOfOneIsOneCommitForEachStep() throws Exception {
    try (LaneUnderTest lane = open(new LaneLimits(100, 100, 1))) {
      Future<Long> first = lane.holdLane();
      List<Future<Long>> batch = lane.queue(Collections.nCopies(10, counting("counter")));
      lane.cuts.letGo();
      assertThat(first.get()).isEqualTo(1);
      assertThat(answers(batch)).isEqualTo(oneTo(10));
      assertThat(lane.cuts.commits()).isEqualTo(11);
    }
  }

  /// Sorted, since callers that come at the same time have no order.
  private static List<Long> answers(List<Future<Long>> callers) throws Exception {
    List<Long> answers = new ArrayList<>();
    for (Future<Long> caller : callers) {
      answers.add(caller.get());
    }
    Collections.sort(answers);
    return answers;
  }

  private static List<Long> oneTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  void aFullQueueIsOverloadAndWhatIsInItIsAnswered() throws Exception {
    try (LaneUnderTest lane = open(new LaneLimits(4, 4, 2))) {
      Future<Long> first = lane.holdLane();
      List<Future<Long>> queued = lane.queue(List.of(in(1), in(2), in(1), in(2)));
      assertOverloaded(lane, in(1), "queue is full");
      assertOverloaded(lane, in(3), "queue is full");
      lane.cuts.letGo();
      assertThat(first.get()).isEqualTo(1);
      for (Future<Long> caller : queued) {
        assertThat(caller.get()).isPositive();
      }
      assertThat(lane.store().run(in(1))).isEqualTo(3);
    }
  }

  @Test
  void aFullShareIsOverloadForItsNamespaceOnly() throws Exception {
    try (LaneUnderTest lane = open(new LaneLimits(10, 2, 10))) {
      Future<Long> first = lane.holdLane();
      List<Future<Long>> queued = lane.queue(List.of(in(1), in(1)));
      assertOverloaded(lane, in(1), "share");
      List<Future<Long>> others = lane.queue(List.of(in(2), in(3)));
      lane.cuts.letGo();
      assertThat(first.get()).isEqualTo(1);
      assertThat(queued.getLast().get()).isEqualTo(2);
      assertThat(others.getFirst().get()).isEqualTo(1);
      assertThat(others.getLast().get()).isEqualTo(1);
    }
  }

  @Test
  void oneNamespacesFloodDoesNotDelayAnothersStep() throws Exception {
    try (LaneUnderTest lane = open(new LaneLimits(100, 100, 4))) {
      List<Long> order = Collections.synchronizedList(new ArrayList<>());
      Future<Long> first = lane.holdLane();
      List<Step<Boolean>> flood = new ArrayList<>(Collections.nCopies(20, noting(1, order)));
      flood.add(noting(2, order));
      flood.add(noting(2, order));
      List<Future<Boolean>> asked = lane.queue(flood);
      lane.cuts.letGo();
      assertThat(first.get()).isEqualTo(1);
      for (Future<Boolean> caller : asked) {
        assertThat(caller.get()).isTrue();
      }
      assertThat(order).hasSize(22).startsWith(1L, 2L, 1L, 2L, 1L);
    }
  }

  /// 60 batches of 1,000 locks wait; another namespace's lock waits for one of them at most.
  @Test
  void anothersFloodOfHeavyBatchesIsOneOfThemAhead() throws Exception {
    try (LaneUnderTest lane = open(new LaneLimits(100_000, 100_000, 512))) {
      List<Map<Long, Long>> transactions = Collections.synchronizedList(new ArrayList<>());
      lane.store()
          .listen((changes, _) ->
              transactions.add(
                  changes.stream()
                      .filter(change -> change.key() instanceof LockKey)
                      .map(change -> ((LockKey) change.key()).namespaceId())
                      .collect(Collectors.groupingBy(id -> id, Collectors.counting()))));
      Future<Long> first = lane.holdLane();
      List<Future<Boolean>> flood = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        flood.addAll(lane.queue(List.of(locking(1, "batch-" + i, 1_000))));
      }
      Future<Boolean> single = lane.queue(List.of(locking(2, "single", 1))).getFirst();
      lane.cuts.letGo();
      assertThat(first.get()).isEqualTo(1);
      assertThat(single.get()).isTrue();
      for (Future<Boolean> caller : flood) {
        assertThat(caller.get()).isTrue();
      }
      long ahead = 0;
      for (Map<Long, Long> locks : transactions) {
        assertThat(locks.values().stream().mapToLong(n -> n).sum()).isLessThanOrEqualTo(1_000);
        ahead += locks.getOrDefault(1L, 0L);
        if (locks.containsKey(2L)) {
          break;
        }
      }
      assertThat(ahead).isLessThanOrEqualTo(1_000);
    }
  }

  private static Step<Boolean> locking(long namespaceId, String name, int items) {
    List<Change<?>> changes = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      Grant grant = Grant.next(null, new Claim(60_000, i, null, null, Ask.FREE), Instant.EPOCH);
      changes.add(
          new Change<>(new LockKey(namespaceId, name + i), new LockRow(grant, false, null)));
    }
    return QueuedStep.heavy(
        items,
        new FreeStep<>(
            namespaceId,
            changes.stream().<RowKey<?>>map(Change::key).toList(),
            (_, _) -> new Decided<>(true, changes, List.of(), null)));
  }

  @Test
  void freePassageIsTakenFromAFullQueueAndWhileTheLaneCloses() throws Exception {
    try (LaneUnderTest lane = open(new LaneLimits(1, 1, 10))) {
      SqliteStore store = lane.store();
      Future<Long> first = lane.holdLane();
      List<Future<Long>> queued = lane.queue(List.of(in(1)));
      assertOverloaded(lane, in(1), "full");
      Future<Long> settled = lane.queue(List.of(QueuedStep.free(in(1)))).getFirst();
      Thread closing = Thread.ofPlatform().start(store::close);
      Await.until(() -> closing.getState() == Thread.State.WAITING);
      Future<Long> late = lane.queue(List.of(QueuedStep.free(in(1)))).getFirst();
      lane.cuts.letGo();
      closing.join();
      assertThat(first.get()).isEqualTo(1);
      assertThat(settled.get()).isEqualTo(1);
      assertThat(late.get()).isEqualTo(2);
      assertThat(queued.getFirst().get()).isEqualTo(3);
      assertFailure(ErrorCode.STORAGE_UNAVAILABLE, store, QueuedStep.free(in(1)), "closing");
    }
  }

  @Test
  void closingAnswersEverybodyInTheQueueAndRefusesTheNext() throws Exception {
    try (LaneUnderTest lane = open(LaneLimits.DEFAULT)) {
      SqliteStore store = lane.store();
      Future<Long> first = lane.holdLane();
      List<Future<Long>> queued = lane.queue(Collections.nCopies(5, counting("counter")));
      Thread closing = Thread.ofPlatform().start(store::close);
      lane.cuts.letGo();
      closing.join();
      assertThat(first.get()).isEqualTo(1);
      assertThat(answers(queued)).isEqualTo(oneTo(5));
      assertFailure(ErrorCode.STORAGE_UNAVAILABLE, store, counting("counter"), "closing");
      assertThatThrownBy(() -> store.get(new SequenceKey("counter"))).isInstanceOf(Failure.class);
    }
  }

  @Test
  void closingUnderLoadLosesNoAnswerAndNoAnsweredStep() throws Exception {
    try (LaneUnderTest lane = open(LaneLimits.DEFAULT)) {
      SqliteStore store = lane.store();
      AtomicLong answered = new AtomicLong();
      AtomicInteger refused = new AtomicInteger();
      CountDownLatch underWay = new CountDownLatch(200);
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        callers.add(
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    while (true) {
                      store.run(counting("counter"));
                      answered.incrementAndGet();
                      underWay.countDown();
                    }
                  } catch (Failure e) {
                    refused.incrementAndGet();
                  }
                }));
      }
      underWay.await();
      store.close();
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(refused).hasValue(16);
      assertThat(lane.reopen().get(new SequenceKey("counter")))
          .isEqualTo(new SequenceRow(answered.get()));
    }
  }

  @Test
  void anInterruptedCallerGetsItsAnswerAndKeepsTheInterrupt() throws Exception {
    try (LaneUnderTest lane = open(LaneLimits.DEFAULT)) {
      Future<Long> first = lane.holdLane();
      AtomicLong answer = new AtomicLong();
      AtomicInteger interrupts = new AtomicInteger();
      Thread caller =
          Thread.ofPlatform()
              .start(() -> {
                answer.set(lane.store().run(counting("counter")));
                interrupts.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
              });
      Await.until(() -> lane.store().queueDepth() > 0);
      caller.interrupt();
      lane.cuts.letGo();
      caller.join();
      assertThat(first.get()).isEqualTo(1);
      assertThat(answer).hasValue(1);
      assertThat(interrupts).hasValue(1);
    }
  }

  private LaneUnderTest open(LaneLimits limits) {
    return new LaneUnderTest(path, limits);
  }

  private static Step<Long> in(long namespaceId) {
    return countingIn(namespaceId, "counter-" + namespaceId);
  }

  private static Step<Boolean> noting(long namespaceId, List<Long> order) {
    return new FreeStep<>(
        namespaceId,
        List.of(),
        (_, _) -> {
          order.add(namespaceId);
          return Decided.unchanged(true);
        });
  }

  private static void assertOverloaded(LaneUnderTest lane, Step<Long> step, String why) {
    assertFailure(ErrorCode.OVERLOADED, lane.store(), step, why);
  }

  private static void assertFailure(
      ErrorCode code, SqliteStore store, Step<Long> step, String why) {
    assertThatThrownBy(() -> store.run(step))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.code()).isEqualTo(code))
        .hasMessageContaining(why);
  }
}
