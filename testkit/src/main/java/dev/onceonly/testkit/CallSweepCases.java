package dev.onceonly.testkit;

import static dev.onceonly.testkit.CallsOnStore.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.govern.CallDocumentKey;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.core.service.ResolveCall;
import dev.onceonly.testkit.CallDedupCases.Flight;
import dev.onceonly.testkit.ScriptedTools.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Calls whose dispatcher is gone, and calls that a person resolves.
public interface CallSweepCases extends CallsOnStore {

  @Test
  default void aCallWhoseClaimHoldsIsLeftAlone() throws Exception {
    Flight flight = new Flight(on(), new Reply.Answers("{}"));
    CompletableFuture<CallAnswer.Decided> call = flight.begin(mail(1));
    time().advance(Duration.ofSeconds(30));
    assertThat(other().sweepOnce()).isZero();
    flight.land();
    assertThat(call.get().decision()).isEqualTo(Decision.EXECUTED);
  }

  @Test
  default void aLapsedCallIsSentOnceMoreWithItsKey() throws Exception {
    Flight flight = new Flight(on(), new Reply.Answers("{\"by\":\"first\"}"));
    CompletableFuture<CallAnswer.Decided> stuck = flight.begin(mail(1).inRun("r1"));
    time().advance(Duration.ofMinutes(2));
    ScriptedTools others = new ScriptedTools();
    others.always(new Reply.Answers("{\"by\":\"second\"}"));
    assertThat(other(others).sweepOnce()).isEqualTo(1);
    assertThat(others.sent()).hasSize(1);
    assertThat(others.keys()).isEqualTo(on().tools().keys());
    assertThat(others.sent().getFirst().order().attemptsBefore()).isEqualTo(1);
    assertThat(others.sent().getFirst().order().bodyJson())
        .isEqualTo(on().tools().sent().getFirst().order().bodyJson());
    flight.land();
    CallAnswer.Decided answer = stuck.get();
    assertThat(answer.decision()).isEqualTo(Decision.EXECUTED);
    assertThat(answer.call())
        .isNotNull()
        .matches(made -> "{\"by\":\"second\"}".equals(made.resultJson()));
    on().assertBudget("a1", 1, 0, CENT);
    assertThat(on().decisions("a1")).containsExactly("reserved", "executed");
    assertThat(events("r1"))
        .containsExactly(
            "tool_call start", "tool_call start", "tool_result ok", "run_finished completed");
  }

  @Test
  default void aLapsedCallWithoutRetriesLeftBecomesUnknown() throws Exception {
    on().register(0);
    assertThat(settledAfterALapse(() -> {}).state()).isEqualTo(CallState.UNKNOWN);
    on().assertBudget("a1", 1, CENT, 0);
  }

  @Test
  default void aLapsedCallIsNotSentToAToolThatHasChanged() throws Exception {
    CallRow row =
        settledAfterALapse(() ->
            on().put(
                    ToolKey.global(CallAsk.NAMESPACE, CallsUnderTest.TOOL),
                    CallsUnderTest.tool("https://elsewhere.example.org", 2)));
    assertThat(row.state()).isEqualTo(CallState.UNKNOWN);
  }

  @Test
  default void aLapsedCallOfADisabledAgentIsNotSent() throws Exception {
    CallRow row = settledAfterALapse(() -> on().enabled(mail(1).agent(), false));
    assertThat(row.state()).isEqualTo(CallState.UNKNOWN);
  }

  /// A call is stuck, something changes, its claim lapses, another dispatcher sweeps and must not
  /// send anything.
  private CallRow settledAfterALapse(Runnable change) throws Exception {
    Flight flight = new Flight(on(), new Reply.Answers("{}"));
    CompletableFuture<CallAnswer.Decided> stuck = flight.begin(mail(1));
    change.run();
    time().advance(Duration.ofMinutes(2));
    ScriptedTools others = new ScriptedTools();
    assertThat(other(others).sweepOnce()).isEqualTo(1);
    assertThat(others.sent()).isEmpty();
    flight.land();
    CallAnswer.Decided answer = stuck.get();
    assertThat(answer.decision()).isEqualTo(Decision.UNKNOWN);
    return on().row(answer);
  }

  /// As after a process that was stopped between its claim and what it sends.
  @Test
  default void aFirstAttemptThatComesAfterItsClaimHasLapsedAsksForIt() {
    ScriptedTools others = new ScriptedTools();
    on().tools()
        .beforeNextDispatch(() -> {
          time().advance(Duration.ofMinutes(2));
          assertThat(other(others).sweepOnce()).isEqualTo(1);
        });
    assertThat(on().call(mail(1)).decision()).isEqualTo(Decision.EXECUTED);
    assertThat(on().tools().sent()).isEmpty();
    assertThat(others.sent()).hasSize(1);
    on().assertBudget("a1", 1, 0, CENT);
  }

  @Test
  default void atStartWhatAnEarlierProcessLeftIsTakenUpAtOnce() throws Exception {
    Flight flight = new Flight(on(), new Reply.Answers("{}"));
    CompletableFuture<CallAnswer.Decided> stuck = flight.begin(mail(1));
    ScriptedTools others = new ScriptedTools();
    GovernedCalls next = other(others);
    assertThat(next.releaseClaimsAtStart()).isEqualTo(1);
    assertThat(next.sweepOnce()).isEqualTo(1);
    assertThat(others.sent()).hasSize(1);
    flight.land();
    assertThat(stuck.get().decision()).isEqualTo(Decision.EXECUTED);
    on().assertBudget("a1", 1, 0, CENT);
  }

  @Test
  default void afterARestoreWhatWasInFlightIsUnknownAndNothingIsSent() throws Exception {
    Flight flight = new Flight(on(), new Reply.Answers("{}"));
    CompletableFuture<CallAnswer.Decided> stuck = flight.begin(mail(1));
    ScriptedTools others = new ScriptedTools();
    assertThat(other(others).suspendAtRestore()).isEqualTo(1);
    assertThat(other(others).sweepOnce()).isZero();
    assertThat(others.sent()).isEmpty();
    flight.land();
    assertThat(stuck.get().decision()).isEqualTo(Decision.UNKNOWN);
    on().assertBudget("a1", 1, CENT, 0);
  }

  @Test
  default void aPersonsWordSettlesAnUnknownCall() {
    CallKey call = unknown(1);
    CallRow row = on().calls().register().resolve(executed(call, "{\"seen\":true}")).row();
    assertThat(row.state()).isEqualTo(CallState.EXECUTED);
    assertThat(row.ending().resolvedBy()).isEqualTo("key_person");
    assertThat(row.ending().note()).isEqualTo("looked");
    on().assertBudget("a1", 1, 0, CENT);
    assertThat(on().log("a1").getLast())
        .matches(entry -> entry.action().equals("resolve") && entry.actor().equals("key_person"));
    CallAnswer.Decided repeat = on().call(mail(1));
    assertThat(repeat.decision()).isEqualTo(Decision.DEDUP);
    assertThat(repeat.call())
        .isNotNull()
        .matches(made -> "{\"seen\":true}".equals(made.resultJson()));
    assertThat(store().get(new CallDocumentKey(call, CallDocumentKey.Kind.BODY))).isNull();
  }

  @Test
  default void aCallThatCertainlyFailedIsDecidedAnew() {
    CallKey call = unknown(1);
    assertThat(on().calls().register().resolve(failed(call)).row().state())
        .isEqualTo(CallState.FAILED);
    on().assertBudget("a1", 1, 0, 0);
    on().tools().always(new Reply.Answers("{}"));
    CallAnswer.Decided next = on().call(mail(1));
    assertThat(next.decision()).isEqualTo(Decision.EXECUTED);
    assertThat(CallsUnderTest.key(next)).isNotEqualTo(call);
  }

  @Test
  default void theSameWordAgainChangesNothingAndAnotherOneIsRefused() {
    CallKey call = unknown(1);
    CallRow first = on().calls().register().resolve(executed(call, null)).row();
    assertThat(on().calls().register().resolve(executed(call, null)).row()).isEqualTo(first);
    on().assertBudget("a1", 1, 0, CENT);
    refused(failed(call), ErrorCode.CALL_NOT_UNKNOWN);
  }

  @Test
  default void aCallThatWasSettledByItselfIsNobodysToResolve() {
    CallKey call = CallsUnderTest.key(on().call(mail(1)));
    refused(executed(call, null), ErrorCode.CALL_NOT_UNKNOWN);
    refused(executed(new CallKey(CallAsk.NAMESPACE, 99), null), ErrorCode.CALL_NOT_FOUND);
  }

  private void refused(ResolveCall command, ErrorCode code) {
    assertThatThrownBy(() -> on().calls().register().resolve(command))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  private CallKey unknown(int number) {
    on().tools().always(new Reply.Lost());
    return CallsUnderTest.key(on().call(mail(number)));
  }

  private static ResolveCall executed(CallKey call, @Nullable String resultJson) {
    return new ResolveCall(call, "key_person", true, resultJson, "looked");
  }

  private static ResolveCall failed(CallKey call) {
    return new ResolveCall(call, "key_person", false, null, null);
  }

  private GovernedCalls other() {
    return other(new ScriptedTools());
  }

  /// Another dispatcher on the same store.
  private GovernedCalls other(ScriptedTools others) {
    return new GovernedCalls(store(), on().parts(others, false), CallsUnderTest.LIMITS);
  }
}
