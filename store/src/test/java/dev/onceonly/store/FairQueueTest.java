package dev.onceonly.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.step.Passage;
import dev.onceonly.store.FairQueue.Offer;
import dev.onceonly.testkit.FreeStep;
import dev.onceonly.testkit.QueuedStep;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The lane's queue: bounds, turns, closing.
final class FairQueueTest {
  @Test
  void namespacesAreTakenInTurnsAndEachOnesStepsInTheirOrder() {
    FairQueue queue = new FairQueue(new LaneLimits(100, 100, 10));
    Pending<?> first = offer(queue, 1);
    Pending<?> second = offer(queue, 1);
    Pending<?> third = offer(queue, 1);
    Pending<?> other = offer(queue, 2);
    Pending<?> another = offer(queue, 3);
    assertThat(take(queue, 3)).containsExactly(first, other, another);
    Pending<?> late = offer(queue, 2);
    assertThat(take(queue, 10)).containsExactly(second, late, third);
    assertThat(queue.depth()).isZero();
  }

  @Test
  void aTurnIsKeptFromBatchToBatch() {
    FairQueue queue = new FairQueue(new LaneLimits(100, 100, 10));
    Pending<?> first = offer(queue, 1);
    Pending<?> second = offer(queue, 1);
    Pending<?> other = offer(queue, 2);
    assertThat(take(queue, 1)).containsExactly(first);
    assertThat(take(queue, 1)).containsExactly(other);
    assertThat(take(queue, 1)).containsExactly(second);
  }

  @Test
  void theBoundsHoldToTheStep() {
    FairQueue queue = new FairQueue(new LaneLimits(3, 2, 10));
    offer(queue, 1);
    offer(queue, 1);
    assertThat(queue.offer(pending(1))).isEqualTo(Offer.SHARE_FULL);
    offer(queue, 2);
    assertThat(queue.offer(pending(3))).isEqualTo(Offer.FULL);
    assertThat(queue.offer(pending(1))).isEqualTo(Offer.SHARE_FULL);
    assertThat(queue.depth()).isEqualTo(3);
    assertThat(take(queue, 1)).hasSize(1);
    offer(queue, 3);
    assertThat(take(queue, 10)).hasSize(3);
    offer(queue, 1);
    offer(queue, 1);
  }

  @Test
  void theBoundsCountWeightAndAHeavyStepAlonePasses() {
    FairQueue queue = new FairQueue(new LaneLimits(30, 20, 10));
    assertThat(queue.offer(heavy(1, 21))).isEqualTo(Offer.TAKEN);
    assertThat(queue.offer(pending(1))).isEqualTo(Offer.SHARE_FULL);
    assertThat(queue.offer(heavy(2, 10))).isEqualTo(Offer.FULL);
    assertThat(queue.offer(heavy(2, 9))).isEqualTo(Offer.TAKEN);
    assertThat(queue.offer(pending(3))).isEqualTo(Offer.FULL);
    assertThat(queue.depth()).isEqualTo(30);
    assertThat(take(queue, 10)).hasSize(1);
    assertThat(queue.depth()).isEqualTo(9);
    assertThat(queue.offer(heavy(1, 20))).isEqualTo(Offer.TAKEN);
    assertThat(queue.offer(pending(1))).isEqualTo(Offer.SHARE_FULL);
  }

  @Test
  void aBatchWeighsNoMoreThanItsBoundButForASingleStep() {
    FairQueue queue = new FairQueue(new LaneLimits(1_000, 1_000, 10));
    Pending<?> four = offer(queue, heavy(1, 4));
    Pending<?> six = offer(queue, heavy(1, 6));
    Pending<?> one = offer(queue, 1);
    Pending<?> eleven = offer(queue, heavy(1, 11));
    Pending<?> last = offer(queue, 1);
    assertThat(take(queue, 10)).containsExactly(four, six);
    assertThat(take(queue, 10)).containsExactly(one);
    assertThat(take(queue, 10)).containsExactly(eleven);
    assertThat(take(queue, 10)).containsExactly(last);
  }

  @Test
  void aHeavyStepCostsItsNamespaceAsManyTurns() {
    FairQueue queue = new FairQueue(new LaneLimits(1_000, 1_000, 10));
    Pending<?> heavy = offer(queue, heavy(1, 3));
    Pending<?> second = offer(queue, 1);
    List<Pending<?>> light = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      light.add(offer(queue, 2));
    }
    assertThat(take(queue, 10))
        .containsExactly(heavy, light.get(0), light.get(1), light.get(2), second, light.get(3));
  }

  @Test
  void aHeavyStepKeepsItsTurnAgainstLightOnes() {
    FairQueue queue = new FairQueue(new LaneLimits(1_000, 1_000, 4));
    Pending<?> first = offer(queue, 2);
    Pending<?> heavy = offer(queue, heavy(1, 9));
    Pending<?> second = offer(queue, 2);
    assertThat(take(queue, 4)).containsExactly(first);
    assertThat(take(queue, 4)).containsExactly(heavy);
    assertThat(take(queue, 4)).containsExactly(second);
  }

  @Test
  void freePassageStandsOutsideTheBoundsAndIsTakenFirst() {
    FairQueue queue = new FairQueue(new LaneLimits(1, 1, 2));
    Pending<?> shared = offer(queue, 1);
    assertThat(queue.offer(pending(1))).isEqualTo(Offer.SHARE_FULL);
    List<Pending<?>> free = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      free.add(offer(queue, free(1)));
    }
    assertThat(queue.depth()).isEqualTo(4);
    assertThat(queue.offer(pending(2))).isEqualTo(Offer.FULL);
    assertThat(take(queue, 2)).containsExactly(free.get(0), shared);
    assertThat(take(queue, 2)).containsExactly(free.get(1), free.get(2));
    assertThat(queue.depth()).isZero();
  }

  @Test
  void aFloodOfFreePassageLeavesHalfOfABatchToTheOthers() {
    FairQueue queue = new FairQueue(new LaneLimits(8_192, 2_048, 512));
    for (int i = 0; i < 40; i++) {
      offer(queue, new Pending<>(new QueuedStep<>(counting(1), 256, Passage.FREE)));
    }
    Pending<?> shared = offer(queue, 2);
    assertThat(take(queue, 512)).hasSize(2).endsWith(shared);
    assertThat(take(queue, 512)).as("nobody else waits").hasSize(2);
  }

  @Test
  void whereABatchIsOneStepEverySecondOneIsOfThoseInTheShares() {
    FairQueue queue = new FairQueue(new LaneLimits(10, 10, 1));
    List<Pending<?>> free = List.of(offer(queue, free(1)), offer(queue, free(1)));
    List<Pending<?>> shared = List.of(offer(queue, 2), offer(queue, 2));
    assertThat(take(queue, 1)).containsExactly(free.getFirst());
    assertThat(take(queue, 1)).containsExactly(shared.getFirst());
    assertThat(take(queue, 1)).containsExactly(free.getLast());
    assertThat(take(queue, 1)).containsExactly(shared.getLast());
  }

  @Test
  void freePassageIsTakenUntilTheClosedQueueHasEnded() {
    FairQueue queue = new FairQueue(new LaneLimits(10, 10, 10));
    Pending<?> shared = offer(queue, 1);
    queue.close();
    assertThat(queue.hasEnded()).isFalse();
    Pending<?> free = offer(queue, free(1));
    assertThat(queue.offer(pending(1))).isEqualTo(Offer.CLOSED);
    assertThat(take(queue, 10)).containsExactly(free, shared);
    assertThat(queue.hasEnded()).isTrue();
    assertThat(queue.offer(free(1))).isEqualTo(Offer.CLOSED);
    assertThat(queue.hasEnded()).isTrue();
  }

  @Test
  void whatIsKeptCountOfGrowsWithTheNamespacesAndNotWithTheSteps() {
    FairQueue queue = new FairQueue(new LaneLimits(1_000, 100, 1_000));
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < 100; i++) {
        offer(queue, i % 7);
      }
      assertThat(take(queue, 1_000)).hasSize(100);
    }
    assertThat(queue.namespaces()).isEqualTo(7);
  }

  @Test
  void aClosedQueueTakesNothingButGivesWhatItHas() {
    FairQueue queue = new FairQueue(new LaneLimits(3, 2, 10));
    Pending<?> first = offer(queue, 1);
    queue.close();
    assertThat(queue.isClosed()).isTrue();
    assertThat(queue.offer(pending(1))).isEqualTo(Offer.CLOSED);
    assertThat(take(queue, 10)).containsExactly(first);
    assertThat(take(queue, 10)).isEmpty();
    assertThat(queue.depth()).isZero();
  }

  @Test
  void limitsThatMakeNoSenseAreRefused() {
    for (int[] limits : new int[][] {{0, 1, 1}, {1, 0, 1}, {1, 1, 0}, {1, 2, 1}}) {
      assertThatThrownBy(() -> new LaneLimits(limits[0], limits[1], limits[2]))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(new LaneLimits(1, 1, 1).batchMax()).isEqualTo(1);
  }

  private static Pending<?> offer(FairQueue queue, long namespaceId) {
    return offer(queue, pending(namespaceId));
  }

  private static FreeStep<Long> counting(long namespaceId) {
    return FreeStep.countingIn(namespaceId, "counter");
  }

  private static Pending<?> heavy(long namespaceId, int weight) {
    return new Pending<>(QueuedStep.heavy(weight, counting(namespaceId)));
  }

  private static Pending<?> free(long namespaceId) {
    return new Pending<>(QueuedStep.free(counting(namespaceId)));
  }

  private static Pending<?> offer(FairQueue queue, Pending<?> pending) {
    assertThat(queue.offer(pending)).isEqualTo(Offer.TAKEN);
    return pending;
  }

  private static Pending<?> pending(long namespaceId) {
    return new Pending<>(counting(namespaceId));
  }

  private static List<Object> take(FairQueue queue, int max) {
    return List.copyOf(queue.take(max, 1));
  }
}
