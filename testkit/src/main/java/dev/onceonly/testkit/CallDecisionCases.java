package dev.onceonly.testkit;

import static dev.onceonly.testkit.CallsOnStore.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.Policy.Caps;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.Evaluation;
import dev.onceonly.core.service.Evaluation.Outlook;
import dev.onceonly.core.service.GovernedCall;
import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.core.usage.LimitReached;
import dev.onceonly.core.usage.MonthRow;
import dev.onceonly.core.usage.UsageDays;
import dev.onceonly.testkit.ScriptedTools.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is decided before anything is sent (contract 5, 17, 18).
public interface CallDecisionCases extends CallsOnStore {

  @Test
  default void aBlockedCallIsToldLoggedAndFed() {
    Policy policy = new Policy(null, List.of("mail.*"), Caps.NONE, null);
    on().policy("a1", policy);
    CallAnswer.Decided answer = on().call(mail(1).inRun("r1"));
    assertThat(answer)
        .isEqualTo(
            new CallAnswer.Decided(
                Decision.BLOCKED,
                false,
                Reason.TOOL_EXPLICITLY_BLOCKED,
                policy.version(),
                null,
                null));
    assertThat(on().tools().sent()).isEmpty();
    assertThat(on().day("a1").blocked()).isEqualTo(1);
    on().assertBudget("a1", 0, 0, 0);
    assertThat(on().decisions("a1")).containsExactly("blocked");
    assertThat(events("r1"))
        .containsExactly("tool_call start", "tool_result blocked", "run_finished failed");
    FeedItem item = store().feed().latest(CallAsk.NAMESPACE, 10, 0).getFirst();
    assertThat(item.type()).isEqualTo(FeedItem.Type.POLICY_BLOCKED);
    assertThat(item.blocked())
        .isEqualTo(
            new FeedItem.Blocked(
                "a1", "mail.send", "tool_explicitly_blocked", "high", policy.version()));
    assertThat(month()).isEqualTo(new MonthRow.Counters(1, 0, 0, 0));
  }

  @Test
  default void capsStopTheCallAfterTheLastUnit() {
    on().policy("hour", CallsUnderTest.caps(2L, null, null));
    on().policy("tool", CallsUnderTest.caps(null, null, 2L));
    on().policy("spend", CallsUnderTest.caps(null, 2 * CENT, null));
    for (String agent : List.of("hour", "tool", "spend")) {
      assertThat(on().call(mail(1).by(agent)).decision()).isEqualTo(Decision.EXECUTED);
      assertThat(on().call(mail(2).by(agent)).decision()).isEqualTo(Decision.EXECUTED);
      assertThat(on().call(mail(2).by(agent)).decision())
          .as("at the cap")
          .isEqualTo(Decision.DEDUP);
    }
    assertThat(on().call(mail(3).by("hour")).reason())
        .isEqualTo(Reason.MAX_ACTIONS_PER_HOUR_EXCEEDED);
    assertThat(on().call(mail(3).by("tool")).reason())
        .isEqualTo(Reason.MAX_CALLS_PER_TOOL_EXCEEDED);
    assertThat(on().call(mail(3).by("spend")).reason())
        .isEqualTo(Reason.MAX_SPEND_USD_PER_DAY_EXCEEDED);
    time().advance(Duration.ofHours(1));
    assertThat(on().call(mail(4).by("hour")).decision()).isEqualTo(Decision.EXECUTED);
    assertThat(on().call(mail(4).by("tool")).decision()).isEqualTo(Decision.BLOCKED);
    assertThat(on().call(mail(4).by("spend")).decision()).isEqualTo(Decision.BLOCKED);
    time().advance(Duration.ofHours(13));
    assertThat(on().call(mail(5).by("tool")).decision()).isEqualTo(Decision.EXECUTED);
    assertThat(on().call(mail(5).by("spend")).decision()).isEqualTo(Decision.EXECUTED);
  }

  @Test
  default void anUnknownCallGoesOnCountingAgainstTheCap() {
    on().policy("a1", CallsUnderTest.caps(null, CENT, null));
    on().tools().always(new Reply.Lost());
    on().call(mail(1));
    assertThat(on().call(mail(2)).reason()).isEqualTo(Reason.MAX_SPEND_USD_PER_DAY_EXCEEDED);
  }

  @Test
  default void theAgentsSwitchAndTheNamespacesStopIt() {
    on().enabled(mail(1).agent(), false);
    assertThat(on().call(mail(1)).reason()).isEqualTo(Reason.AGENT_DISABLED);
    on().enabled(mail(1).agent(), true);
    on().enabled(AgentKey.all(CallAsk.NAMESPACE), false);
    assertThat(on().call(mail(1)).reason()).isEqualTo(Reason.AGENT_DISABLED);
    assertThat(on().call(mail(1).by("a2")).reason()).isEqualTo(Reason.AGENT_DISABLED);
    on().enabled(AgentKey.all(CallAsk.NAMESPACE), true);
    assertThat(on().call(mail(1)).decision()).isEqualTo(Decision.EXECUTED);
    on().enabled(mail(1).agent(), false);
    assertThat(on().call(mail(1)).reason()).as("a repeat").isEqualTo(Reason.AGENT_DISABLED);
  }

  @Test
  default void theAgentsOwnToolGoesBeforeTheGlobalOneEvenWhereItIsDisabled() {
    ToolKey own = ToolKey.ofAgent(mail(1).agent(), CallsUnderTest.TOOL);
    on().put(own, CallsUnderTest.tool("https://own.example.org", 0));
    on().call(mail(1));
    assertThat(on().tools().sent().getLast().order().tool()).isEqualTo(own);
    on().call(mail(1).by("a2"));
    assertThat(on().tools().sent().getLast().order().tool().scopeId()).isEqualTo("global");
    on().put(own, CallsUnderTest.tool("https://own.example.org", 0).withEnabled(false));
    assertThat(on().call(mail(2)).reason()).isEqualTo(Reason.TOOL_DISABLED);
  }

  @Test
  default void aToolThatIsNotThereIsRefusedAndTold() {
    CallAsk ask = CallAsk.of("no.such", "{}").inRun("r1");
    assertThatThrownBy(() -> on().call(ask))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.TOOL_NOT_FOUND);
              assertThat(failure.facts()).isEqualTo(Map.of("tool", "no.such"));
            });
    assertThat(events("r1"))
        .containsExactly("tool_call start", "tool_result error", "run_finished failed");
    assertThat(month()).isEqualTo(new MonthRow.Counters(1, 0, 0, 0));
  }

  @Test
  default void theLimitOfAHardStopPlanRefusesTheNextCall() {
    CallAsk free = mail(1).on(Callers.stoppedAt(1, CallAsk.NAMESPACE).plan());
    assertThat(on().call(free).decision()).isEqualTo(Decision.EXECUTED);
    CallAsk next = mail(2).on(free.plan());
    assertThat(on().calls().call(next.call()))
        .isEqualTo(new CallAnswer.OverLimit(new LimitReached("free", 1, 1)));
    assertThat(month()).isEqualTo(new MonthRow.Counters(2, 1, 1, 0));
    assertThat(store().feed().latest(CallAsk.NAMESPACE, 1, 0).getFirst().type())
        .isEqualTo(FeedItem.Type.OVER_LIMIT);
    assertThat(store().dueMails(time().now().toEpochMilli(), 10))
        .extracting(due -> due.key().kind())
        .containsExactly(MailKey.Kind.PLAN_LIMIT);
  }

  @Test
  default void aStepOfAKeyedRunChargesNothingAndWritesNoEvents() {
    GovernedCall.RunStep step = new GovernedCall.RunStep("run:1", 1, "chain", 42, 0);
    CallAsk ask = mail(1).on(Callers.stoppedAt(0, CallAsk.NAMESPACE).plan()).inRun("r1").step(step);
    assertThat(on().call(ask).decision()).isEqualTo(Decision.EXECUTED);
    assertThat(month()).isEqualTo(MonthRow.Counters.NONE);
    assertThat(events("r1")).isEmpty();
    assertThat(on().tools().sent().getFirst().order().fence()).isEqualTo(42);
    assertThat(
            on().call(mail(1).step(new GovernedCall.RunStep("run:1", 2, "c2", 42, 0))).decision())
        .as("an equal action in another step")
        .isEqualTo(Decision.EXECUTED);
  }

  @Test
  default void aDryRunChangesNothingButTheLog() {
    assertThat(on().call(mail(1).dry()).decision()).isEqualTo(Decision.DRY_RUN);
    on().policy("a2", CallsUnderTest.caps(0L, null, null));
    CallAnswer.Decided blocked = on().call(mail(1).by("a2").dry());
    assertThat(blocked.decision()).isEqualTo(Decision.DRY_RUN);
    assertThat(blocked.allowed()).isFalse();
    assertThat(blocked.reason()).isEqualTo(Reason.MAX_ACTIONS_PER_HOUR_EXCEEDED);
    assertThat(on().tools().sent()).isEmpty();
    on().assertBudget("a1", 0, 0, 0);
    assertThat(on().day("a2").blocked()).isZero();
    assertThat(month()).isEqualTo(MonthRow.Counters.NONE);
    assertThat(on().decisions("a1")).containsExactly("dry_run");
    on().call(mail(1));
    assertThat(on().call(mail(1).dry()).reason()).isEqualTo(Reason.TOOL_IDEMPOTENCY);
  }

  @Test
  default void whatIsInFlightIsBoundedAndNothingIsHeldBeyond() {
    CallsUnderTest narrow =
        limited(CallsUnderTest.limits(0, new GovernedCalls.Room(8, 1, CallsUnderTest.NO_LINE)));
    narrow
        .tools()
        .does((_, _) -> {
          assertThatThrownBy(() -> narrow.calls().call(mail(2).call()))
              .isInstanceOfSatisfying(
                  Failure.class,
                  failure -> assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED));
          return new Reply.Answers("{}");
        });
    narrow.call(mail(1));
    narrow.assertBudget("a1", 1, 0, CENT);
    narrow.tools().always(new Reply.Answers("{}"));
    assertThat(narrow.call(mail(2)).decision()).isEqualTo(Decision.EXECUTED);
  }

  @Test
  default void whoFindsNoPlaceWaitsInLineForOne() {
    CallsUnderTest narrow =
        limited(
            CallsUnderTest.limits(
                10_000, new GovernedCalls.Room(8, 2, GovernedCalls.Line.DEFAULT)));
    narrow
        .tools()
        .does((_, _) -> {
          LockSupport.parkNanos(1_000_000);
          return new Reply.Answers("{}");
        });
    var all =
        IntStream.range(0, 64)
            .mapToObj(number ->
                CompletableFuture.supplyAsync(
                    () -> narrow.call(mail(number)).decision(), Thread::startVirtualThread))
            .toList();
    assertThat(all).allMatch(one -> one.join() == Decision.EXECUTED);
    narrow.assertBudget("a1", 64, 0, 64 * CENT);
    assertThat(narrow.calls().inLine()).isZero();
  }

  @Test
  default void aRunOfOneCallTellsWhatHappened() {
    on().call(mail(1).inRun("r1"));
    on().call(mail(1).inRun("r1"));
    assertThat(events("r1"))
        .containsExactly(
            "tool_call start",
            "tool_result ok",
            "run_finished completed",
            "tool_call start",
            "tool_result dedup",
            "run_finished completed");
    on().tools().always(new Reply.Lost());
    on().call(mail(2).inRun("r2"));
    assertThat(events("r2"))
        .containsExactly("tool_call start", "tool_result unknown", "run_finished failed");
  }

  @Test
  default void anEvaluationTellsWhatWouldBeDecidedAndDoesNothing() {
    on().policy("a1", CallsUnderTest.caps(null, CENT, null));
    Evaluation fresh = on().calls().evaluate(mail(1).call());
    assertThat(fresh.outlook()).isEqualTo(Outlook.WOULD_EXECUTE);
    assertThat(fresh.costNanoUsd()).isEqualTo(CENT);
    on().assertBudget("a1", 0, 0, 0);
    on().call(mail(1));
    assertThat(on().calls().evaluate(mail(1).call()).outlook()).isEqualTo(Outlook.WOULD_DEDUP);
    Evaluation blocked = on().calls().evaluate(mail(2).call());
    assertThat(blocked.outlook()).isEqualTo(Outlook.WOULD_BLOCK);
    assertThat(blocked.reason()).isEqualTo(Reason.MAX_SPEND_USD_PER_DAY_EXCEEDED);
    assertThat(blocked.findings()).hasSize(11);
    assertThat(on().decisions("a1")).containsExactly("reserved", "executed");
  }

  private MonthRow.Counters month() {
    MonthRow row = store().get(UsageDays.monthKey(CallAsk.NAMESPACE, time().now()));
    return row == null ? MonthRow.Counters.NONE : row.ai();
  }
}
