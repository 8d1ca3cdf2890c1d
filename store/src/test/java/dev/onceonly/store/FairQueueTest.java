package dev.onceonly.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.store.FairQueue.Offer;
import dev.onceonly.testkit.FreeStep;
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
    Pending<?> pending = pending(namespaceId);
    assertThat(queue.offer(pending)).isEqualTo(Offer.TAKEN);
    return pending;
  }

  private static Pending<?> pending(long namespaceId) {
    return new Pending<>(FreeStep.countingIn(namespaceId, "counter"));
  }

  private static List<Object> take(FairQueue queue, int max) {
    return List.copyOf(queue.take(max, 1));
  }
}
