package dev.onceonly.testkit;

import static dev.onceonly.testkit.CallsOnStore.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.testkit.ScriptedTools.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Identical calls, lost answers and keys of one's own (contract 17, 18).
public interface CallDedupCases extends CallsOnStore {

  @Test
  default void aRepeatGetsTheStoredResultUntilTheWindowEnds() {
    CallAnswer.Decided first = on().call(mail(1));
    on().tools().always(new Reply.Answers("{\"second\":true}"));
    time().advance(Duration.ofHours(1).minusMillis(1));
    CallAnswer.Decided repeat = on().call(mail(1));
    assertThat(repeat.decision()).isEqualTo(Decision.DEDUP);
    assertThat(repeat.allowed()).isTrue();
    assertThat(repeat.reason()).isEqualTo(Reason.TOOL_IDEMPOTENCY);
    assertThat(repeat.call()).isEqualTo(first.call());
    time().advanceMs(1);
    CallAnswer.Decided later = on().call(mail(1));
    assertThat(later.decision()).isEqualTo(Decision.EXECUTED);
    assertThat(CallsUnderTest.key(later)).isNotEqualTo(CallsUnderTest.key(first));
    assertThat(on().tools().keys()).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  default void anotherAgentToolOrArgumentIsAnotherCall() {
    on().call(mail(1));
    assertThat(on().call(mail(2)).decision()).isEqualTo(Decision.EXECUTED);
    assertThat(on().call(mail(1).by("a2")).decision()).isEqualTo(Decision.EXECUTED);
    assertThat(on().call(mail(1).key("k")).decision()).isEqualTo(Decision.EXECUTED);
  }

  @Test
  default void ofACallInFlightTheRepeatWaitsForTheResult() throws Exception {
    Flight flight = new Flight(on(), new Reply.Answers("{\"late\":1}"));
    CompletableFuture<CallAnswer.Decided> first = flight.begin(mail(1));
    CompletableFuture<CallAnswer.Decided> second =
        CompletableFuture.supplyAsync(() -> on().call(mail(1)), Thread.ofVirtual()::start);
    Await.until(() -> on().calls().waiting() == 1);
    flight.land();
    assertThat(first.get().decision()).isEqualTo(Decision.EXECUTED);
    assertThat(second.get().decision()).isEqualTo(Decision.DEDUP);
    assertThat(second.get().call()).isEqualTo(first.get().call());
    assertThat(on().tools().sent()).hasSize(1);
  }

  @Test
  default void whenTheFirstFailsTheWaitingOneIsDecidedAnew() throws Exception {
    Flight flight = new Flight(on(), new Reply.Refuses(400));
    CompletableFuture<CallAnswer.Decided> first = flight.begin(mail(1));
    CompletableFuture<CallAnswer.Decided> second =
        CompletableFuture.supplyAsync(() -> on().call(mail(1)), Thread.ofVirtual()::start);
    Await.until(() -> on().calls().waiting() == 1);
    flight.land();
    assertThat(first.get().decision()).isEqualTo(Decision.ERROR);
    assertThat(second.get().decision()).isEqualTo(Decision.EXECUTED);
    assertThat(on().tools().keys()).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  default void whoHasWaitedInVainIsToldThatTheCallIsInProgress() throws Exception {
    CallsUnderTest hasty =
        limited(
            CallsUnderTest.limits(20, new GovernedCalls.Room(8, 8, GovernedCalls.Line.DEFAULT)));
    Flight flight = new Flight(hasty, new Reply.Answers("{}"));
    CompletableFuture<CallAnswer.Decided> first = flight.begin(mail(1));
    assertThatThrownBy(() -> hasty.call(mail(1)))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.CALL_IN_PROGRESS);
              assertThat(failure.retryAfterSeconds()).isPositive();
            });
    flight.land();
    assertThat(first.get().decision()).isEqualTo(Decision.EXECUTED);
  }

  @Test
  default void theSameAttemptGetsTheFirstAnswerOnceMore() {
    CallAnswer.Decided first = on().call(mail(1).attempt("try-1"));
    time().advance(Duration.ofSeconds(60).minusMillis(1));
    CallAnswer.Decided replay = on().call(mail(1).attempt("try-1"));
    assertThat(replay.decision()).isEqualTo(Decision.EXECUTED);
    assertThat(replay.reason()).isEqualTo(Reason.OK);
    assertThat(replay.call())
        .isNotNull()
        .matches(CallAnswer.Made::replayed)
        .matches(made -> "{\"n\":1}".equals(made.resultJson()))
        .matches(made -> first.call() != null && made.callId().equals(first.call().callId()));
    assertThat(on().decisions("a1")).as("the log").containsExactly("reserved", "executed");
    time().advanceMs(1);
    assertThat(on().call(mail(1).attempt("try-1")).decision()).isEqualTo(Decision.DEDUP);
    assertThat(on().call(mail(1).attempt("try-2")).decision()).isEqualTo(Decision.DEDUP);
  }

  @Test
  default void aReplayIsGivenEvenWhereThePlansLimitHasBeenReached() {
    CallAsk last = mail(1).on(Callers.stoppedAt(1, CallAsk.NAMESPACE).plan()).attempt("try-1");
    on().call(last);
    assertThat(on().call(last).call()).isNotNull().matches(CallAnswer.Made::replayed);
  }

  @Test
  default void aReplayWaitsForTheCallInFlight() throws Exception {
    Flight flight = new Flight(on(), new Reply.Answers("{\"late\":1}"));
    CompletableFuture<CallAnswer.Decided> first = flight.begin(mail(1).attempt("try-1"));
    CompletableFuture<CallAnswer.Decided> replay =
        CompletableFuture.supplyAsync(
            () -> on().call(mail(1).attempt("try-1")), Thread.ofVirtual()::start);
    Await.until(() -> on().calls().waiting() == 1);
    flight.land();
    first.get();
    assertThat(replay.get().decision()).isEqualTo(Decision.EXECUTED);
    assertThat(replay.get().call()).isNotNull().matches(CallAnswer.Made::replayed);
  }

  @Test
  default void afterAnUnknownOutcomeTheSameAttemptIsALaterCall() {
    on().tools().always(new Reply.Lost());
    on().call(mail(1).attempt("try-1"));
    on().tools().always(new Reply.Answers("{}"));
    CallAnswer.Decided again = on().call(mail(1).attempt("try-1"));
    assertThat(again.decision()).isEqualTo(Decision.EXECUTED);
    assertThat(again.call()).isNotNull().matches(made -> !made.replayed());
  }

  @Test
  default void aKeyOfOnesOwnMakesCallsIdenticalAndRefusesOtherArguments() {
    on().call(mail(1).key("order-7"));
    assertThat(on().call(mail(1).key("order-7")).decision()).isEqualTo(Decision.DEDUP);
    assertThatThrownBy(() -> on().call(mail(2).key("order-7")))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.KEY_REUSED);
              assertThat(failure.facts())
                  .containsEntry("key", "order-7")
                  .containsEntry("stored_args_hash", mail(1).call().action().argsHash())
                  .containsEntry("given_args_hash", mail(2).call().action().argsHash());
            });
    assertThat(on().call(mail(2).by("a2").key("order-7")).decision())
        .as("keys are scoped to the agent")
        .isEqualTo(Decision.EXECUTED);
    time().advance(Duration.ofHours(1));
    assertThat(on().call(mail(2).key("order-7")).decision())
        .as("after the window")
        .isEqualTo(Decision.EXECUTED);
  }

  @Test
  default void ofManyIdenticalCallsAtOnceOneIsSent() throws Exception {
    AtomicInteger dedups = new AtomicInteger();
    var futures =
        IntStream.range(0, 32)
            .mapToObj(_ ->
                CompletableFuture.runAsync(
                    () -> {
                      if (on().call(mail(1)).decision() == Decision.DEDUP) {
                        dedups.incrementAndGet();
                      }
                    },
                    Thread.ofVirtual()::start))
            .toList();
    for (CompletableFuture<Void> future : futures) {
      future.get();
    }
    assertThat(dedups).hasValue(31);
    assertThat(on().tools().sent()).hasSize(1);
    on().assertBudget("a1", 1, 0, CENT);
  }

  /// A first call whose tool waits to be told to answer.
  final class Flight {
    private final CallsUnderTest calls;
    private final CountDownLatch landed = new CountDownLatch(1);

    Flight(CallsUnderTest calls, Reply first) {
      this.calls = calls;
      calls
          .tools()
          .does((_, _) -> {
            calls.tools().always(new Reply.Answers("{\"next\":1}"));
            try {
              landed.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return first;
          });
    }

    CompletableFuture<CallAnswer.Decided> begin(CallAsk ask) {
      int before = calls.tools().sent().size();
      CompletableFuture<CallAnswer.Decided> call =
          CompletableFuture.supplyAsync(() -> calls.call(ask), Thread.ofVirtual()::start);
      Await.until(() -> calls.tools().sent().size() > before);
      return call;
    }

    void land() {
      landed.countDown();
    }
  }
}
