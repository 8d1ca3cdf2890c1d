package dev.onceonly.testkit;

import static dev.onceonly.testkit.CallsOnStore.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.DedupHash;
import dev.onceonly.core.govern.DedupKey;
import dev.onceonly.core.govern.DedupRow;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.GovernedCall.RunStep;
import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.testkit.ScriptedTools.Reply;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// To whom a step of a keyed run belongs, and for how long it is the same one (contract 18, dedup).
public interface CallIdentityCases extends CallsOnStore {

  @Test
  default void anotherAgentsStepIsAnotherCall() {
    on().tools().always(new Reply.Lost());
    CallAnswer.Decided theirs = on().call(step());
    CallRow before = on().row(theirs);
    int sent = on().tools().sent().size();
    on().tools().always(new Reply.Answers("{}"));

    CallAnswer.Decided mine = on().call(step().by("a2"));

    assertThat(mine.decision()).isEqualTo(Decision.EXECUTED);
    assertThat(CallsUnderTest.key(mine)).isNotEqualTo(CallsUnderTest.key(theirs));
    assertThat(on().row(mine).asked().agentId()).isEqualTo("a2");
    assertThat(on().tools().sent()).hasSize(sent + 1);
    assertThat(on().tools().keys().getLast()).isNotEqualTo(before.delivery().idempotencyKey());
    assertThat(on().row(theirs)).as("the other's call").isEqualTo(before);
    assertThat(on().decisions("a1")).containsExactly("reserved", "unknown");
    assertThat(on().decisions("a2")).containsExactly("reserved", "executed");
  }

  @Test
  default void anAgentThatIsStoppedIsNotCalledForByAnotherOne() {
    on().tools().always(new Reply.Lost());
    CallAnswer.Decided theirs = on().call(step());
    on().enabled(new AgentKey(CallAsk.NAMESPACE, "a1"), false);
    int sent = on().tools().sent().size();
    on().policy("a2", CallsUnderTest.caps(0L, null, null));

    CallAnswer.Decided mine = on().call(step().by("a2"));

    assertThat(mine.reason()).isEqualTo(Reason.MAX_ACTIONS_PER_HOUR_EXCEEDED);
    assertThat(on().call(step()).reason()).isEqualTo(Reason.AGENT_DISABLED);
    assertThat(on().tools().sent()).hasSize(sent);
    assertThat(on().row(theirs).state()).isEqualTo(CallState.UNKNOWN);
  }

  @Test
  default void anotherAgentsResultIsNobodyElses() {
    on().tools().always(new Reply.Answers("{\"secret\":1}"));
    on().call(step());
    on().tools().always(new Reply.Answers("{\"own\":1}"));
    CallAnswer.Decided mine = on().call(step().by("a2"));
    assertThat(mine.decision()).isEqualTo(Decision.EXECUTED);
    assertThat(mine.call()).isNotNull().matches(made -> "{\"own\":1}".equals(made.resultJson()));
    assertThat(on().call(step()).decision()).isEqualTo(Decision.DEDUP);
  }

  @Test
  default void anEntryThatLeadsToAnotherAgentsCallSpeaksForNobody() {
    on().tools().always(new Reply.Lost());
    CallKey theirs = CallsUnderTest.key(on().call(mail(1)));
    on().tools().always(new Reply.Answers("{}"));
    String mine = DedupHash.ofArgs("a2", CallsUnderTest.TOOL, mail(1).call().action().argsHash());
    CallRow row = Objects.requireNonNull(store().get(theirs));
    DedupRow entry = store().get(new DedupKey(CallAsk.NAMESPACE, row.delivery().dedupHash()));
    on().put(new DedupKey(CallAsk.NAMESPACE, mine), entry);
    CallAnswer.Decided answer = on().call(mail(1).by("a2"));
    assertThat(CallsUnderTest.key(answer)).isNotEqualTo(theirs);
    assertThat(on().row(answer).asked().agentId()).isEqualTo("a2");
  }

  @Test
  default void aStepOfBeforeTheUpgradeIsNotDoneTwice() {
    CallAnswer.Decided first = on().call(step());
    madeBefore(CallsUnderTest.key(first));
    CallAnswer.Decided repeat = on().call(step());
    assertThat(repeat.decision()).isEqualTo(Decision.DEDUP);
    assertThat(repeat.call()).isEqualTo(first.call());
    CallAnswer.Decided mine = on().call(step().by("a2"));
    assertThat(mine.decision()).as("it is its own agent's only").isEqualTo(Decision.EXECUTED);
    assertThat(on().tools().keys()).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  default void anUnknownStepOfBeforeTheUpgradeIsTakenUpWithItsKeyByItsOwnAgent() {
    on().tools().always(new Reply.Lost());
    CallKey first = CallsUnderTest.key(on().call(step()));
    madeBefore(first);
    CallRow before = Objects.requireNonNull(store().get(first));
    on().tools().always(new Reply.Answers("{}"));
    CallAnswer.Decided mine = on().call(step().by("a2"));
    assertThat(CallsUnderTest.key(mine)).isNotEqualTo(first);
    assertThat(store().get(first)).isEqualTo(before);
    CallAnswer.Decided again = on().call(step());
    assertThat(CallsUnderTest.key(again)).isEqualTo(first);
    assertThat(on().tools().keys().getLast()).isEqualTo(before.delivery().idempotencyKey());
    assertThat(on().call(step()).decision()).isEqualTo(Decision.DEDUP);
    assertThat(store().get(former())).isNotNull().matches(row -> row.state() == CallState.EXECUTED);
  }

  @Test
  default void aStepOfBeforeTheUpgradeThatIsInFlightIsWaitedFor() {
    on().tools().always(new Reply.Lost());
    CallKey first = CallsUnderTest.key(on().call(step()));
    madeBefore(first);
    CallRow row = Objects.requireNonNull(store().get(first));
    long untilMs = time().now().plusSeconds(60).toEpochMilli();
    on().put(first, row.with(row.delivery().claimedBy(7, untilMs)).with(CallRow.Ending.OPEN));
    DedupRow entry = Objects.requireNonNull(store().get(former()));
    on().put(former(), entry.withState(CallState.RESERVED));
    CallsUnderTest hasty =
        limited(
            CallsUnderTest.limits(20, new GovernedCalls.Room(8, 8, GovernedCalls.Line.DEFAULT)));
    assertThatThrownBy(() -> hasty.call(step()))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CALL_IN_PROGRESS));
    assertThat(hasty.call(step().by("a2")).decision()).isEqualTo(Decision.EXECUTED);
  }

  @Test
  default void whatWasDoneBeforeTheKeyWasForgottenIsDoneAgain() {
    CallAnswer.Decided first = on().call(step());
    time().advance(Duration.ofDays(8));
    long sinceMs = time().now().toEpochMilli();
    CallAnswer.Decided again = on().call(step(sinceMs));
    assertThat(again.decision()).isEqualTo(Decision.EXECUTED);
    assertThat(CallsUnderTest.key(again)).isNotEqualTo(CallsUnderTest.key(first));
    assertThat(on().tools().keys()).hasSize(2).doesNotHaveDuplicates();
    assertThat(on().call(step(sinceMs)).decision()).isEqualTo(Decision.DEDUP);
    assertThat(on().call(step(sinceMs + 1)).decision())
        .as("made an instant before")
        .isEqualTo(Decision.EXECUTED);
  }

  @Test
  default void anUnknownStepKeepsItsKeyWhateverWasForgotten() {
    on().tools().always(new Reply.Lost());
    CallKey first = CallsUnderTest.key(on().call(step()));
    on().tools().always(new Reply.Answers("{}"));
    time().advance(Duration.ofDays(6));
    long sinceMs = time().now().toEpochMilli();
    assertThat(CallsUnderTest.key(on().call(step(sinceMs)))).isEqualTo(first);
    assertThat(on().call(step(sinceMs)).decision()).isEqualTo(Decision.DEDUP);
  }

  private static CallAsk step() {
    return step(0);
  }

  private static CallAsk step(long sinceMs) {
    return mail(1).step(new RunStep("run:1", 1, "chain", 42, sinceMs));
  }

  private static DedupKey former() {
    return new DedupKey(CallAsk.NAMESPACE, DedupHash.ofStepOfBefore("run:1", 1, "chain"));
  }

  /// Puts the call under the identity that steps had before theirs named the agent.
  private void madeBefore(CallKey call) {
    CallRow row = Objects.requireNonNull(store().get(call));
    CallRow.Delivery now = row.delivery();
    DedupKey key = new DedupKey(CallAsk.NAMESPACE, now.dedupHash());
    on().put(former(), store().get(key));
    on().put(key, null);
    on().put(
            call,
            row.with(
                new CallRow.Delivery(
                    former().hash(),
                    now.idempotencyKey(),
                    now.attempts(),
                    now.toolBinding(),
                    now.claim(),
                    now.claimUntilMs())));
  }
}
