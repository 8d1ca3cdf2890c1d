package dev.onceonly.testkit;

import static dev.onceonly.testkit.FreeStep.change;
import static dev.onceonly.testkit.FreeStep.counting;
import static dev.onceonly.testkit.FreeStep.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.AccountException;
import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseDocumentKey.Kind;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// How a store runs steps.
public interface StepCases extends StoreUnderTest {
  SequenceKey COUNTER = new SequenceKey("counter");

  @Test
  default void aStepSeesWhatTheOneBeforeItChanged() {
    for (long i = 1; i <= 5; i++) {
      assertThat(store().run(counting("counter"))).isEqualTo(i);
    }
    restart();
    assertThat(store().run(counting("counter"))).isEqualTo(6);
  }

  @Test
  default void stepsThatWaitTogetherSeeOneAnother() throws InterruptedException {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch hold = new CountDownLatch(1);
    Set<Long> answers = new ConcurrentSkipListSet<>();
    List<Thread> callers = new ArrayList<>();
    callers.add(Thread.ofPlatform().start(() -> store().run(holding(reached, hold))));
    reached.await();
    for (int i = 0; i < 8; i++) {
      callers.add(Thread.ofPlatform().start(() -> answers.add(store().run(counting("counter")))));
    }
    Await.until(
        () -> callers.stream().allMatch(caller -> caller.getState() == Thread.State.WAITING));
    hold.countDown();
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(answers).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    assertThat(store().get(COUNTER)).isEqualTo(new SequenceRow(8));
  }

  private static Step<Boolean> holding(CountDownLatch reached, CountDownLatch hold) {
    return reading(
        List.of(),
        (_, _) -> {
          reached.countDown();
          try {
            hold.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Decided.unchanged(true);
        });
  }

  @Test
  default void aStepThatThrowsChangesNothingAndItsCallerIsTold() {
    store().run(counting("counter"));
    Step<Boolean> refusing =
        reading(
            List.of(COUNTER),
            (_, _) -> {
              throw new AccountException("no");
            });
    assertThatThrownBy(() -> store().run(refusing))
        .isInstanceOf(AccountException.class)
        .hasMessage("no");
    assertThat(store().get(COUNTER)).isEqualTo(new SequenceRow(1));
    assertThat(store().run(counting("counter"))).isEqualTo(2);
  }

  @Test
  default void aRowThatWasNotNamedIsRefused() {
    Step<Boolean> prying =
        reading(
            List.of(new SequenceKey("another")),
            (rows, _) -> Decided.unchanged(rows.get(COUNTER) == null));
    assertThatThrownBy(() -> store().run(prying))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("counter");
    assertThat(store().run(counting("counter"))).isEqualTo(1);
  }

  @Test
  default void aDocumentWithoutItsLeaseIsRefusedWithTheWholeStep() {
    LeaseDocumentKey orphan = new LeaseDocumentKey(Ask.of("none").leaseKey(), Kind.RESULT);
    Step<Boolean> saving =
        FreeStep.saving(
            change(COUNTER, new SequenceRow(7)), change(orphan, new LeaseDocument("{}")));
    assertThatThrownBy(() -> store().run(saving))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL));
    assertThat(store().get(COUNTER)).isNull();
    assertThat(store().get(orphan)).isNull();
  }

  @Test
  default void anAnswerThatComesTooLateIsOverload() {
    Instant now = time().now();
    assertThat(store().run(validUntil(now.plusNanos(1_000)))).isTrue();
    assertThatThrownBy(() -> store().run(validUntil(now)))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED);
              assertThat(failure.retryAfterSeconds()).isPositive();
            });
  }

  private static Step<Boolean> validUntil(Instant instant) {
    return reading(List.of(), (_, _) -> new Decided<>(true, List.of(), List.of(), instant));
  }

  @Test
  default void stepsRunAtTheStoresTime() {
    time().advanceMs(1_234);
    Step<Instant> asking = reading(List.of(), (_, now) -> Decided.unchanged(now));
    assertThat(store().run(asking)).isEqualTo(time().now()).isEqualTo(store().now());
  }

  @Test
  default void aStepWithoutChangesIsAnsweredToo() {
    Step<String> quiet = reading(List.of(), (_, _) -> Decided.unchanged("fine"));
    assertThat(store().run(quiet)).isEqualTo("fine");
    assertThat(store().troubles()).isNull();
  }
}
