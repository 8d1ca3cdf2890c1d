package dev.onceonly.testkit;

import static dev.onceonly.testkit.CallsOnStore.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.govern.CallId;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.GovernedCall;
import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.testkit.ScriptedTools.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a tool has answered is settled until it is stored (contract 18), whatever the store says at
/// that moment.
public interface CallSettleCases extends CallsOnStore {
  String SETTLE = "SettleStep";

  @Test
  default void aRefusedSettlementIsAskedForUntilItIsStored() {
    int number = 0;
    for (ErrorCode code :
        List.of(
            ErrorCode.OVERLOADED,
            ErrorCode.STORAGE_UNAVAILABLE,
            ErrorCode.UNKNOWN_OUTCOME,
            ErrorCode.INTERNAL)) {
      RefusingStore refusing = new RefusingStore(store());
      CallsUnderTest calls = new CallsUnderTest(refusing.store(), CallsUnderTest.LIMITS);
      refusing.refuse(SETTLE, code, 3);
      CallAnswer.Decided answer = calls.call(mail(++number));
      assertThat(answer.decision()).as(code.name()).isEqualTo(Decision.EXECUTED);
      assertThat(calls.row(answer).state()).isEqualTo(CallState.EXECUTED);
      assertThat(calls.tools().sent()).hasSize(1);
      assertThat(calls.putOff()).as("told once").hasSize(1);
      assertThat(calls.calls().settling()).isZero();
    }
    on().assertBudget("a1", 4, 0, 4 * CENT);
  }

  @Test
  default void aSettlementWhoseAnswerWasLostIsNotMadeTwice() {
    RefusingStore refusing = new RefusingStore(store());
    CallsUnderTest calls = new CallsUnderTest(refusing.store(), CallsUnderTest.LIMITS);
    refusing.lose(SETTLE, 1);
    CallAnswer.Decided answer = calls.call(mail(1));
    assertThat(answer.decision()).isEqualTo(Decision.EXECUTED);
    assertThat(answer.call()).isNotNull().matches(made -> "{\"n\":1}".equals(made.resultJson()));
    assertThat(on().decisions("a1")).containsExactly("reserved", "executed");
    on().assertBudget("a1", 1, 0, CENT);
  }

  @Test
  default void whatIsReadBehindALostClaimIsAskedForAgainToo() throws Exception {
    RefusingStore refusing = new RefusingStore(store());
    CallsUnderTest calls = new CallsUnderTest(refusing.store(), CallsUnderTest.LIMITS);
    CallDedupCases.Flight flight = new CallDedupCases.Flight(calls, new Reply.Answers("{}"));
    CompletableFuture<CallAnswer.Decided> stuck = flight.begin(mail(1));
    time().advance(Duration.ofMinutes(2));
    ScriptedTools others = new ScriptedTools();
    assertThat(another(others).sweepOnce()).isEqualTo(1);
    refusing.refuse("get", ErrorCode.OVERLOADED, 2);
    flight.land();
    assertThat(stuck.get().decision()).isEqualTo(Decision.EXECUTED);
  }

  @Test
  default void whoWaitsInVainIsToldTheCallsIdAndTheSettlementGoesOn() {
    RefusingStore refusing = new RefusingStore(store());
    CallsUnderTest calls = new CallsUnderTest(refusing.store(), tight());
    refusing.refuse(SETTLE, ErrorCode.STORAGE_UNAVAILABLE, Integer.MAX_VALUE);
    CallKey key = unstored(calls);
    CallRow row = store().get(key);
    assertThat(row).isNotNull().matches(call -> call.state() == CallState.RESERVED);
    assertThatThrownBy(() -> calls.calls().call(mail(2).call()))
        .as("its place is kept")
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED));

    refusing.relent();
    Await.until(() -> calls.calls().settling() == 0);
    CallAnswer.Decided repeat = calls.call(mail(1));
    assertThat(repeat.decision()).isEqualTo(Decision.DEDUP);
    assertThat(CallsUnderTest.key(repeat)).isEqualTo(key);
    assertThat(calls.tools().sent()).hasSize(1);
    assertThat(calls.call(mail(2)).decision()).isEqualTo(Decision.EXECUTED);
  }

  @Test
  default void whatThisProcessKnowsIsNotSentAgainHoweverLongItsClaimHasLapsed() {
    RefusingStore refusing = new RefusingStore(store());
    CallsUnderTest calls = new CallsUnderTest(refusing.store(), tight());
    refusing.refuse(SETTLE, ErrorCode.STORAGE_UNAVAILABLE, Integer.MAX_VALUE);
    CallKey key = unstored(calls);
    time().advance(Duration.ofMinutes(45));
    assertThat(calls.calls().sweepOnce()).isZero();
    assertThat(calls.tools().sent()).hasSize(1);
    refusing.relent();
    Await.until(() -> calls.calls().settling() == 0);
    assertThat(store().get(key)).isNotNull().matches(call -> call.state() == CallState.EXECUTED);
    on().assertBudget("a1", 1, 0, CENT);
  }

  @Test
  default void atTheStopWhatCouldNotBeStoredIsNamedAndTheNextStartTakesItUp() {
    RefusingStore refusing = new RefusingStore(store());
    CallsUnderTest calls = new CallsUnderTest(refusing.store(), tight());
    refusing.refuse(SETTLE, ErrorCode.STORAGE_UNAVAILABLE, Integer.MAX_VALUE);
    CallKey key = unstored(calls);
    assertThat(calls.calls().finish(20)).containsExactly(CallId.of(key.number()));
    Await.until(() -> calls.calls().settling() == 0);
    ScriptedTools others = new ScriptedTools();
    GovernedCalls next = another(others);
    assertThat(next.releaseClaimsAtStart()).isEqualTo(1);
    assertThat(next.sweepOnce()).isEqualTo(1);
    assertThat(others.keys()).isEqualTo(calls.tools().keys());
    assertThat(next.finish(0)).as("nothing is left").isEmpty();
  }

  @Test
  default void atTheStopWhatCanBeStoredIsStored() {
    RefusingStore refusing = new RefusingStore(store());
    CallsUnderTest calls = new CallsUnderTest(refusing.store(), tight());
    refusing.refuse(SETTLE, ErrorCode.OVERLOADED, 6);
    CallKey key = unstored(calls);
    assertThat(calls.calls().finish(60_000)).isEmpty();
    assertThat(store().get(key)).isNotNull().matches(call -> call.state() == CallState.EXECUTED);
  }

  @Test
  default void aRunsWorkerWaitsForItsStepAsLongAsItTakes() throws Exception {
    RefusingStore refusing = new RefusingStore(store());
    CallsUnderTest calls = new CallsUnderTest(refusing.store(), tight());
    refusing.refuse(SETTLE, ErrorCode.STORAGE_UNAVAILABLE, Integer.MAX_VALUE);
    CallAsk step = mail(1).step(new GovernedCall.RunStep("k", 1, "chain", 42, 0));
    CompletableFuture<CallAnswer.Decided> asked =
        CompletableFuture.supplyAsync(() -> calls.call(step), Thread.ofVirtual()::start);
    Await.until(() -> !calls.putOff().isEmpty());
    refusing.relent();
    assertThat(asked.get().decision()).isEqualTo(Decision.EXECUTED);
  }

  @Test
  default void aClaimThatCouldNotBeRenewedAtOnceIsNoFailure() {
    for (ErrorCode code :
        List.of(ErrorCode.OVERLOADED, ErrorCode.STORAGE_UNAVAILABLE, ErrorCode.UNKNOWN_OUTCOME)) {
      RefusingStore refusing = new RefusingStore(store());
      CallsUnderTest calls = new CallsUnderTest(refusing.store(), CallsUnderTest.LIMITS);
      calls
          .tools()
          .does((_, number) -> number == 1 ? new Reply.NotReached() : new Reply.Answers("{}"));
      refusing.refuse("Renew", code, 2);
      assertThat(calls.call(mail(1).key(code.name())).decision())
          .as(code.name())
          .isEqualTo(Decision.EXECUTED);
      assertThat(calls.tools().sent()).hasSize(2);
    }
  }

  @Test
  default void aBodyThatCannotBeReadIsNoReasonToSayThatNothingIsHeld() {
    RefusingStore refusing = new RefusingStore(store());
    CallsUnderTest calls = new CallsUnderTest(refusing.store(), CallsUnderTest.LIMITS);
    calls.tools().always(new Reply.Lost());
    calls.call(mail(1));
    calls.tools().always(new Reply.Answers("{}"));
    refusing.refuse("get", ErrorCode.OVERLOADED, 2);
    assertThat(calls.call(mail(1)).decision()).isEqualTo(Decision.EXECUTED);
  }

  @Test
  default void ofManyOutcomesThatWaitEachIsStoredOnce() {
    RefusingStore refusing = new RefusingStore(store());
    CallsUnderTest calls = new CallsUnderTest(refusing.store(), CallsUnderTest.LIMITS);
    refusing.refuse(SETTLE, ErrorCode.STORAGE_UNAVAILABLE, 100);
    var all =
        IntStream.range(0, 40)
            .mapToObj(number ->
                CompletableFuture.supplyAsync(
                    () -> calls.call(mail(number)), Thread.ofVirtual()::start))
            .toList();
    assertThat(all).allMatch(one -> one.join().decision() == Decision.EXECUTED);
    assertThat(calls.tools().sent()).hasSize(40);
    on().assertBudget("a1", 40, 0, 40 * CENT);
  }

  /// One place, no line, and callers that wait for hardly anything.
  private static GovernedCalls.Limits tight() {
    GovernedCalls.Room one = new GovernedCalls.Room(1, 1, CallsUnderTest.NO_LINE);
    return new GovernedCalls.Limits(0, 60_000, 20, 100_000, one);
  }

  /// A call that was made and whose caller was told so.
  private static CallKey unstored(CallsUnderTest calls) {
    AtomicReference<CallKey> key = new AtomicReference<>();
    assertThatThrownBy(() -> calls.calls().call(mail(1).call()))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.UNKNOWN_OUTCOME);
              String callId = String.valueOf(failure.facts().get("call_id"));
              long number = CallId.number(callId).orElseThrow();
              key.set(new CallKey(CallAsk.NAMESPACE, number));
            });
    return key.get();
  }

  private GovernedCalls another(ScriptedTools others) {
    return new GovernedCalls(store(), on().parts(others, false), CallsUnderTest.LIMITS);
  }
}
