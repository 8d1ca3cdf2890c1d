package dev.onceonly.testkit;

import static dev.onceonly.testkit.CallsOnStore.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.CallDocumentKey;
import dev.onceonly.core.govern.CallDocumentKey.Kind;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.DedupHash;
import dev.onceonly.core.govern.DedupKey;
import dev.onceonly.core.govern.DedupRow;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.MonthRow;
import dev.onceonly.core.usage.UsageDays;
import dev.onceonly.testkit.ScriptedTools.Reply;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// How dispatched calls end (contract 18, outcomes of a dispatch).
public interface CallOutcomeCases extends CallsOnStore {

  @Test
  default void anExecutedCallIsSettledWithItsResult() {
    CallAnswer.Decided answer = on().call(mail(1));
    assertThat(answer.decision()).isEqualTo(Decision.EXECUTED);
    assertThat(answer.allowed()).isTrue();
    assertThat(answer.reason()).isEqualTo(Reason.OK);
    assertThat(answer.call()).isNotNull().matches(made -> !made.replayed());
    assertThat(result(answer)).isEqualTo("{\"n\":1}");
    CallRow row = on().row(answer);
    assertThat(row.state()).isEqualTo(CallState.EXECUTED);
    assertThat(row.delivery().claim()).isZero();
    assertThat(row.delivery().attempts()).isEqualTo(1);
    assertThat(document(answer, Kind.BODY)).isNull();
    assertThat(document(answer, Kind.RESULT)).isEqualTo("{\"n\":1}");
    on().assertBudget("a1", 1, 0, CENT);
    assertThat(on().decisions("a1")).containsExactly("reserved", "executed");
    assertThat(aiMonth()).isEqualTo(new MonthRow.Counters(1, 1, 0, 0));
    assertThat(toolsOfTheDay()).isEqualTo(new DayRow.Tools(1, 0, 0, 0, CENT));
  }

  @Test
  default void theToolIsSentTheBodyThatIsSignedWithItsKey() {
    on().call(mail(1).inRun("r1"));
    ScriptedTools.Sent sent = on().tools().sent().getFirst();
    assertThat(sent.order().bodyJson())
        .isEqualTo(
            "{\"args\":{\"n\":1},\"idempotency_key\":\"" + sent.order().idempotencyKey() + "\"}");
    assertThat(sent.order().idempotencyKey()).matches("[0-9a-f]{32}");
    assertThat(sent.order().runId()).isEqualTo("r1");
    assertThat(sent.order().fence()).isNull();
  }

  @Test
  default void aFailedCallGivesItsSpendBackAndKeepsItsActionCounted() {
    on().tools().always(new Reply.Refuses(400));
    CallAnswer.Decided answer = on().call(mail(1));
    assertThat(answer.decision()).isEqualTo(Decision.ERROR);
    assertThat(answer.allowed()).isTrue();
    assertThat(answer.reason()).isEqualTo(Reason.TOOL_ERROR);
    assertThat(answer.failure()).isEqualTo(new CallAnswer.ToolFailure(400, "refused"));
    assertThat(on().row(answer).state()).isEqualTo(CallState.FAILED);
    assertThat(document(answer, Kind.BODY)).isNull();
    assertThat(dedup(mail(1))).as("dedup entry").isNull();
    on().assertBudget("a1", 1, 0, 0);
    assertThat(on().decisions("a1")).containsExactly("reserved", "error");
    assertThat(aiMonth()).isEqualTo(new MonthRow.Counters(1, 0, 0, 0));
    assertThat(toolsOfTheDay()).isEqualTo(new DayRow.Tools(0, 0, 0, 1, 0));
  }

  @Test
  default void afterAFailureTheNextCallHasANewRowAndKey() {
    on().tools().always(new Reply.Refuses(400));
    CallAnswer.Decided failed = on().call(mail(1));
    on().tools().always(new Reply.Answers("{}"));
    CallAnswer.Decided executed = on().call(mail(1));
    assertThat(executed.decision()).isEqualTo(Decision.EXECUTED);
    assertThat(CallsUnderTest.key(executed)).isNotEqualTo(CallsUnderTest.key(failed));
    assertThat(on().tools().keys()).doesNotHaveDuplicates().hasSize(2);
    on().assertBudget("a1", 2, 0, CENT);
  }

  @Test
  default void anUnknownCallKeepsItsSpendAndItsBody() {
    on().tools().always(new Reply.Lost());
    CallAnswer.Decided answer = on().call(mail(1));
    assertThat(answer.decision()).isEqualTo(Decision.UNKNOWN);
    assertThat(answer.reason()).isEqualTo(Reason.TOOL_ERROR);
    CallRow row = on().row(answer);
    assertThat(row.state()).isEqualTo(CallState.UNKNOWN);
    assertThat(row.delivery().attempts()).as("all three").isEqualTo(3);
    assertThat(on().tools().keys()).hasSize(3).containsOnly(row.delivery().idempotencyKey());
    assertThat(document(answer, Kind.BODY)).isNotNull();
    on().assertBudget("a1", 1, CENT, 0);
    assertThat(on().decisions("a1")).containsExactly("reserved", "unknown");
    assertThat(aiMonth()).isEqualTo(new MonthRow.Counters(1, 0, 0, 0));
  }

  @Test
  default void anUnknownCallIsSentAgainWithItsKeyAndItsReservation() {
    on().tools().always(new Reply.Lost());
    CallAnswer.Decided unknown = on().call(mail(1));
    on().tools().always(new Reply.Answers("{\"ok\":1}"));
    CallAnswer.Decided executed = on().call(mail(1));
    assertThat(executed.decision()).isEqualTo(Decision.EXECUTED);
    assertThat(CallsUnderTest.key(executed)).isEqualTo(CallsUnderTest.key(unknown));
    assertThat(on().tools().keys()).hasSize(4).containsOnly(on().tools().keys().getFirst());
    assertThat(on().row(executed).delivery().attempts()).isEqualTo(4);
    on().assertBudget("a1", 1, 0, CENT);
  }

  @Test
  default void anUnknownCallHasAllRetriesAgainAndStaysUnknownWhereNobodyIsReached() {
    on().tools().always(new Reply.Lost());
    on().call(mail(1));
    on().tools().always(new Reply.NotReached());
    assertThat(on().call(mail(1)).decision()).isEqualTo(Decision.UNKNOWN);
    assertThat(on().tools().sent()).hasSize(6);
    on().assertBudget("a1", 1, CENT, 0);
  }

  @Test
  default void anUnknownCallIsNotSentToAToolThatHasChanged() {
    on().tools().always(new Reply.Lost());
    CallAnswer.Decided unknown = on().call(mail(1));
    on().put(
            ToolKey.global(CallAsk.NAMESPACE, CallsUnderTest.TOOL),
            CallsUnderTest.tool("https://elsewhere.example.org/mail", 2));
    CallAnswer.Decided again = on().call(mail(1));
    assertThat(again.decision()).isEqualTo(Decision.UNKNOWN);
    assertThat(CallsUnderTest.key(again)).isEqualTo(CallsUnderTest.key(unknown));
    assertThat(on().tools().sent()).hasSize(3);
    on().assertBudget("a1", 1, CENT, 0);
  }

  @Test
  default void aBrokenDispatcherLeavesAnUnknownCall() {
    on().tools()
        .does((_, _) -> {
          throw new IllegalStateException("planted");
        });
    assertThatThrownBy(() -> on().call(mail(1))).hasMessage("planted");
    assertThat(on().decisions("a1")).containsExactly("reserved", "unknown");
    assertThat(on().killSwitch().onTheirWay(mail(1).agent())).isZero();
    on().assertBudget("a1", 1, CENT, 0);
  }

  @Test
  default void theSwitchBeforeARetryUndoesACallThatCertainlyDidNothing() {
    on().tools()
        .does((_, _) -> {
          on().enabled(mail(1).agent(), false);
          return new Reply.NotReached();
        });
    CallAnswer.Decided answer = on().call(mail(1).inRun("r1"));
    assertThat(answer.decision()).isEqualTo(Decision.BLOCKED);
    assertThat(answer.reason()).isEqualTo(Reason.AGENT_DISABLED);
    assertThat(answer.allowed()).isFalse();
    assertThat(on().tools().sent()).hasSize(1);
    assertThat(on().row(answer).state()).isEqualTo(CallState.FAILED);
    on().assertBudget("a1", 0, 0, 0);
    assertThat(on().day("a1").blocked()).isEqualTo(1);
    assertThat(dedup(mail(1))).isNull();
    assertThat(on().decisions("a1")).containsExactly("reserved", "blocked");
    assertThat(events("r1"))
        .containsExactly("tool_call start", "tool_result blocked", "run_finished failed");
  }

  @Test
  default void theSwitchBeforeARetryLeavesACallThatMayHaveActedUnknown() {
    on().tools()
        .does((_, _) -> {
          on().enabled(mail(1).agent(), false);
          return new Reply.Lost();
        });
    CallAnswer.Decided answer = on().call(mail(1));
    assertThat(answer.decision()).isEqualTo(Decision.UNKNOWN);
    assertThat(answer.failure()).isEqualTo(new CallAnswer.ToolFailure(null, "agent_disabled"));
    assertThat(on().tools().sent()).hasSize(1);
    on().assertBudget("a1", 1, CENT, 0);
  }

  @Test
  default void whatWentWrongIsMailedOncePerToolAndHour() {
    on().tools().always(new Reply.Refuses(400));
    on().call(mail(1));
    on().call(mail(2));
    int hour = (int) (time().now().getEpochSecond() / 3_600);
    MailKey key = new MailKey(CallAsk.NAMESPACE, MailKey.Kind.TOOL_ERROR, "tool mail.send", hour);
    assertThat(store().get(key))
        .isNotNull()
        .matches(sent ->
            sent.text().equals("A call of the tool mail.send by the agent a1 has failed: refused"));
  }

  @Test
  default void whatWasReservedBeforeMidnightIsSettledInItsDay() {
    time().advance(Duration.ofHours(13).plusMinutes(59));
    on().tools()
        .does((_, _) -> {
          time().advance(Duration.ofMinutes(2));
          return new Reply.Answers("{}");
        });
    on().call(mail(1));
    on().assertBudget("a1", 0, 0, 0);
    assertThat(store().get(AgentDayKey.of(mail(1).agent(), UsageDays.day(time().now()) - 1)))
        .isEqualTo(new AgentDayRow(1, 0, 0, CENT));
  }

  private @Nullable String document(CallAnswer.Decided answer, Kind kind) {
    var document = store().get(new CallDocumentKey(CallsUnderTest.key(answer), kind));
    return document == null ? null : document.json();
  }

  private static @Nullable String result(CallAnswer.Decided answer) {
    return answer.call() == null ? null : answer.call().resultJson();
  }

  private @Nullable DedupRow dedup(CallAsk ask) {
    String hash = DedupHash.ofArgs(ask.agentId(), ask.tool(), ask.call().action().argsHash());
    return store().get(new DedupKey(CallAsk.NAMESPACE, hash));
  }

  private MonthRow.Counters aiMonth() {
    MonthRow row = store().get(UsageDays.monthKey(CallAsk.NAMESPACE, time().now()));
    return row == null ? MonthRow.Counters.NONE : row.ai();
  }

  private DayRow.Tools toolsOfTheDay() {
    DayRow row = store().get(UsageDays.dayKey(CallAsk.NAMESPACE, time().now()));
    return row == null ? DayRow.Tools.NONE : row.tools();
  }
}
