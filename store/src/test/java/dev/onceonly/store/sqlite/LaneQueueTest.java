package dev.onceonly.store.sqlite;

import static dev.onceonly.testkit.FreeStep.counting;
import static dev.onceonly.testkit.FreeStep.countingIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Step;
import dev.onceonly.store.LaneLimits;
import dev.onceonly.testkit.Await;
import dev.onceonly.testkit.FreeStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
