package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Places: their bounds, and the line of those who wait for one.
final class PlacesTest {
  private static final long LONG_MS = 60_000;

  @Test
  void placesAreBoundedInAllAndPerNamespace() {
    Places places = new Places(3, 2);
    assertThat(places.tryEnter(1)).isTrue();
    assertThat(places.tryEnter(1)).isTrue();
    assertThat(places.tryEnter(1)).isFalse();
    assertThat(places.tryEnter(2)).isTrue();
    assertThat(places.tryEnter(3)).isFalse();
    assertThat(places.enter(3)).as("there is no line").isFalse();
    places.leave(1);
    assertThat(places.tryEnter(3)).isTrue();
  }

  @Test
  void whoWaitsGetsThePlaceThatIsLeftInTheOrderOfArrival() {
    Places places = new Places(8, 1, new Places.Line(8, 8, LONG_MS));
    List<Integer> order = new CopyOnWriteArrayList<>();
    places.tryEnter(1);
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    for (int number = 0; number < 5; number++) {
      int me = number;
      waiting.add(
          CompletableFuture.runAsync(
              () -> {
                if (places.enter(1)) {
                  order.add(me);
                  places.leave(1);
                }
              },
              Thread::startVirtualThread));
      awaitInLine(places, number + 1);
    }
    assertThat(places.tryEnter(1)).as("nobody overtakes the line").isFalse();
    places.leave(1);
    waiting.forEach(CompletableFuture::join);
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
    assertThat(places.namespaces()).isZero();
  }

  @Test
  void theLineIsBoundedInAllAndPerNamespace() {
    Places places = new Places(1, 1, new Places.Line(3, 2, LONG_MS));
    places.tryEnter(9);
    List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
    waiting.add(enters(places, 1));
    awaitInLine(places, 1);
    waiting.add(enters(places, 1));
    awaitInLine(places, 2);
    assertThat(places.enter(1)).as("the namespace's share of the line").isFalse();
    waiting.add(enters(places, 2));
    awaitInLine(places, 3);
    assertThat(places.enter(3)).as("the whole line").isFalse();
    places.close();
    assertThat(waiting).noneMatch(CompletableFuture::join);
    assertThat(places.enter(3)).as("closed").isFalse();
    places.leave(9);
    assertThat(places.namespaces()).isZero();
    assertThat(places.waiting()).isZero();
  }

  @Test
  void aWaitEndsAndLeavesNothing() {
    Places places = new Places(1, 1, new Places.Line(8, 8, 20));
    places.tryEnter(1);
    assertThat(places.enter(1)).isFalse();
    assertThat(places.enter(2)).isFalse();
    assertThat(places.waiting()).isZero();
    assertThat(places.namespaces()).isEqualTo(1);
    places.leave(1);
    assertThat(places.enter(2)).isTrue();
  }

  @Test
  void namespacesTakeTurns() {
    Places places = new Places(1, 1, new Places.Line(16, 8, LONG_MS));
    places.tryEnter(9);
    List<Long> order = new CopyOnWriteArrayList<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    int inLine = 0;
    for (long namespaceId : new long[] {1, 1, 1, 2, 3}) {
      all.add(
          CompletableFuture.runAsync(
              () -> {
                if (places.enter(namespaceId)) {
                  order.add(namespaceId);
                  places.leave(namespaceId);
                }
              },
              Thread::startVirtualThread));
      awaitInLine(places, ++inLine);
    }
    places.leave(9);
    all.forEach(CompletableFuture::join);
    assertThat(order).containsExactly(1L, 2L, 3L, 1L, 1L);
  }

  @Test
  void underLoadNoBoundIsPassedAndNoPlaceIsLost() {
    Places places = new Places(6, 3, new Places.Line(10_000, 10_000, 1));
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      long namespaceId = i % 5;
      all.add(
          CompletableFuture.runAsync(
              () -> {
                for (int round = 0; round < 20; round++) {
                  if (places.enter(namespaceId)) {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    LockSupport.parkNanos(20_000);
                    inside.decrementAndGet();
                    places.leave(namespaceId);
                  }
                }
              },
              Thread::startVirtualThread));
    }
    all.forEach(CompletableFuture::join);
    assertThat(most).hasValueLessThanOrEqualTo(6);
    assertThat(places.waiting()).isZero();
    assertThat(places.namespaces()).isZero();
    for (int i = 0; i < 6; i++) {
      assertThat(places.tryEnter(i)).isTrue();
    }
  }

  private static CompletableFuture<Boolean> enters(Places places, long namespaceId) {
    return CompletableFuture.supplyAsync(
        () -> places.enter(namespaceId), Thread::startVirtualThread);
  }

  private static void awaitInLine(Places places, int wanted) {
    while (places.waiting() != wanted) {
      Thread.onSpinWait();
    }
  }
}
