package dev.onceonly.server.figure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.testkit.Await;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KeptTest {
  private static final Kept.Times TIMES =
      new Kept.Times(Duration.ofSeconds(5), Duration.ofMillis(20), Duration.ofSeconds(60));

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger looks = new AtomicInteger();

  private void advance(Duration by) {
    nanos.addAndGet(by.toNanos());
  }

  private static Kept.Times patient() {
    return new Kept.Times(TIMES.kept(), Duration.ofMinutes(1), TIMES.ofUse());
  }

  @Test
  void whoeverAsksWithinTheTimeGetsTheLastAnswerWithoutALook() {
    Kept<Integer> kept = new Kept<>(looks::incrementAndGet, patient(), nanos::get);

    for (int i = 0; i < 1_000; i++) {
      assertThat(kept.get()).isEqualTo(1);
    }
    advance(TIMES.kept().minusNanos(1));
    assertThat(kept.get()).isEqualTo(1);
    advance(Duration.ofNanos(1));
    assertThat(kept.get()).isEqualTo(2);
  }

  @Test
  void aLookThatTakesLongIsWaitedForOnceAndIsTheOnlyOne() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    Kept<Integer> kept =
        new Kept<>(
            () -> {
              int number = looks.incrementAndGet();
              if (number == 2) {
                await(gate);
              }
              return number;
            },
            TIMES,
            nanos::get);
    Await.until(() -> Integer.valueOf(1).equals(kept.get()));
    advance(TIMES.kept());

    assertThat(kept.get()).as("the last answer, meanwhile").isEqualTo(1);
    for (int i = 0; i < 1_000; i++) {
      assertThat(kept.get()).isEqualTo(1);
    }
    advance(TIMES.ofUse());
    assertThat(kept.get()).as("an answer that is too old is none").isNull();
    assertThat(looks).hasValue(2);
    gate.countDown();
    Await.until(() -> Integer.valueOf(2).equals(kept.get()));
  }

  @Test
  void aLookThatFailsIsAsIfNothingWereSeenAndIsNotTriedAtOnceAgain() {
    Kept<Integer> kept =
        new Kept<>(
            () -> {
              if (looks.incrementAndGet() == 1) {
                throw new IllegalStateException("not now");
              }
              return 7;
            },
            patient(),
            nanos::get);

    assertThat(kept.get()).isNull();
    assertThat(kept.get()).isNull();
    assertThat(looks).hasValue(1);
    advance(TIMES.kept());
    assertThat(kept.get()).isEqualTo(7);
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
