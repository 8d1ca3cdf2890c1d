package dev.onceonly.testkit;

import static dev.onceonly.testkit.CallsOnStore.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentTotalKey;
import dev.onceonly.core.govern.AgentTotalRow;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.GovernQueries.FoundPolicy;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.govern.PolicyTemplates;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.service.AgentView;
import dev.onceonly.core.service.Agents;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.core.service.Policies;
import dev.onceonly.core.service.SwitchAnswer;
import dev.onceonly.core.service.SwitchAnswer.Stopped;
import dev.onceonly.core.usage.UsageDays;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Who is an agent, how many there may be, and what is told of their switches (contract 18).
public interface AgentCases extends CallsOnStore {
  Caller ADMIN = Callers.unlimited(CallAsk.NAMESPACE);
  Policy OPEN = new Policy(null, null, Policy.Caps.NONE, null);

  private Policies policies() {
    return new Policies(store(), PolicyTemplates.NONE, false);
  }

  private CallsUnderTest atMost(long agents) {
    return limited(new GovernedCalls.Limits(0, 60_000, 10_000, agents, GovernedCalls.Room.DEFAULT));
  }

  private AgentTotalRow total() {
    AgentTotalRow row = store().get(new AgentTotalKey(CallAsk.NAMESPACE));
    return row == null ? AgentTotalRow.NONE : row;
  }

  @Test
  default void anAppliedSwitchIsToldThoughNoReadComesThrough() {
    on().call(mail(1));
    on().call(mail(1).by("a2"));
    ReadsOff reads = new ReadsOff(store());
    Agents agents = new Agents(reads.store(), on().killSwitch());
    reads.turnOff();
    SwitchAnswer one = agents.disable(ADMIN, mail(1).agent(), "stop");
    assertThat(one.row().isEnabled()).isFalse();
    assertThat(one.stopped()).isEqualTo(new Stopped(1, 0, 0));
    assertThat(on().killSwitch().allows(mail(1).agent())).isFalse();
    SwitchAnswer all = agents.disable(ADMIN, AgentKey.all(CallAsk.NAMESPACE), "all");
    assertThat(all.stopped()).isEqualTo(new Stopped(1, 0, 0));
    assertThat(agents.enable(ADMIN, AgentKey.all(CallAsk.NAMESPACE), "").namespaceEnabled())
        .isTrue();
    assertThat(agents.enable(ADMIN, mail(1).agent(), "").row().isEnabled()).isTrue();
    assertThat(on().call(mail(2)).decision()).isEqualTo(Decision.EXECUTED);
  }

  @Test
  default void aPolicyIsPutAndDeletedThoughNoReadComesThrough() {
    ReadsOff reads = new ReadsOff(store());
    Policies policies = new Policies(reads.store(), PolicyTemplates.NONE, false);
    reads.turnOff();
    PolicyKey key = new PolicyKey(CallAsk.NAMESPACE, "a1");
    assertThat(policies.put(ADMIN, key, OPEN).policy()).isEqualTo(OPEN);
    policies.delete(ADMIN, key);
    assertThat(store().get(key)).isNull();
  }

  @Test
  default void aCallOfAnUnknownToolMakesNoAgentKnown() {
    for (int i = 0; i < 20; i++) {
      CallAsk ask = CallAsk.of("no.such" + i, "{}").by("stranger-" + i).inRun("r" + i);
      refused(on(), ask, ErrorCode.TOOL_NOT_FOUND);
      assertThat(store().get(ask.agent())).isNull();
      assertThat(store().get(new ChainKey(CallAsk.NAMESPACE, ask.agentId()))).isNull();
      assertThat(events("r" + i)).hasSize(3);
    }
    assertThat(total()).isEqualTo(AgentTotalRow.NONE);
  }

  @Test
  default void aKnownAgentIsSeenWhateverItCalls() {
    on().call(mail(1));
    time().advanceMs(5_000);
    refused(on(), CallAsk.of("no.such", "{}"), ErrorCode.TOOL_NOT_FOUND);
    assertThat(Objects.requireNonNull(store().get(mail(1).agent())).lastSeenAtMs())
        .isEqualTo(time().now().toEpochMilli());
    assertThat(total()).isEqualTo(new AgentTotalRow(1, 0));
  }

  @Test
  default void aCallInAFurtherNameThanTheMostIsRefusedAndLeavesNothing() {
    CallsUnderTest two = atMost(2);
    two.call(mail(1));
    two.call(mail(1).by("a2"));
    assertThat(total()).isEqualTo(new AgentTotalRow(2, 0));
    CallAsk third = mail(1).by("a3");
    refused(two, third, ErrorCode.PLAN_LIMIT);
    refused(two, third.dry(), ErrorCode.PLAN_LIMIT);
    refused(two, third.inRun("r3"), ErrorCode.PLAN_LIMIT);
    refused(two, CallAsk.of("no.such", "{}").by("a3"), ErrorCode.TOOL_NOT_FOUND);
    assertThat(store().get(third.agent())).isNull();
    assertThat(store().get(new ChainKey(CallAsk.NAMESPACE, "a3"))).isNull();
    int day = UsageDays.day(time().now());
    assertThat(store().get(AgentDayKey.of(third.agent(), day))).isNull();
    assertThat(events("r3")).isEmpty();
    assertThat(two.call(mail(2)).decision()).isEqualTo(Decision.EXECUTED);
    assertThat(two.call(mail(2)).decision()).isEqualTo(Decision.DEDUP);
    assertThat(atMost(3).call(third).decision()).isEqualTo(Decision.EXECUTED);
    assertThat(total()).isEqualTo(new AgentTotalRow(3, 0));
  }

  @Test
  default void blockedCallsInFurtherNamesAreRefusedAtTheMostToo() {
    new Agents(store(), on().killSwitch()).disable(ADMIN, AgentKey.all(CallAsk.NAMESPACE), "");
    CallsUnderTest one = atMost(1);
    assertThat(one.call(mail(1)).reason()).isEqualTo(Reason.AGENT_DISABLED);
    assertThat(one.decisions("a1")).containsExactly("blocked");
    refused(one, mail(1).by("a2"), ErrorCode.PLAN_LIMIT);
    refused(one, CallAsk.of("no.such", "{}").by("a2"), ErrorCode.PLAN_LIMIT);
    assertThat(store().get(new ChainKey(CallAsk.NAMESPACE, "a2"))).isNull();
    assertThat(total()).isEqualTo(new AgentTotalRow(1, 0));
  }

  @Test
  default void whomSomebodyHasGivenAPolicyOrASwitchPassesTheMost() {
    CallsUnderTest one = atMost(1);
    one.call(mail(1));
    policies().put(ADMIN, new PolicyKey(CallAsk.NAMESPACE, "a2"), OPEN);
    assertThat(total()).isEqualTo(new AgentTotalRow(2, 0));
    assertThat(one.call(mail(1).by("a2")).decision()).isEqualTo(Decision.EXECUTED);
    AgentKey off = mail(1).by("a3").agent();
    new Agents(store(), on().killSwitch()).disable(ADMIN, off, "");
    assertThat(total()).isEqualTo(new AgentTotalRow(3, 1));
    assertThat(one.call(mail(1).by("a3")).reason()).isEqualTo(Reason.AGENT_DISABLED);
    assertThat(total()).isEqualTo(new AgentTotalRow(3, 1));
    policies().delete(ADMIN, new PolicyKey(CallAsk.NAMESPACE, "a2"));
    assertThat(total()).as("it has been seen").isEqualTo(new AgentTotalRow(3, 1));
  }

  @Test
  default void aDryRunIsLoggedSoItMakesItsAgentKnown() {
    assertThat(on().call(mail(1).dry()).decision()).isEqualTo(Decision.DRY_RUN);
    assertThat(total()).isEqualTo(new AgentTotalRow(1, 0));
  }

  @Test
  default void whatIsOverThePlansLimitIsNotLoggedAndMakesNoAgentKnown() {
    CallAsk ask = mail(1).on(Callers.stoppedAt(0, CallAsk.NAMESPACE).plan());
    assertThat(on().calls().call(ask.call())).isInstanceOf(CallAnswer.OverLimit.class);
    assertThat(store().get(ask.agent())).isNull();
    assertThat(total()).isEqualTo(AgentTotalRow.NONE);
  }

  @Test
  default void policiesAreReadInPiecesAndEachComesOnce() {
    for (int i = 0; i < 1_203; i++) {
      on().policy("bot-" + (10_000 + i), OPEN);
    }
    assertThat(ids(policies().list(CallAsk.NAMESPACE, Integer.MAX_VALUE, 0)))
        .hasSize(1_203)
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(ids(policies().list(CallAsk.NAMESPACE, 501, 700)))
        .hasSize(501)
        .startsWith("bot-10700")
        .endsWith("bot-11200");
    assertThat(ids(policies().list(CallAsk.NAMESPACE, 10, 1_200))).hasSize(3);
    assertThat(ids(policies().list(CallAsk.NAMESPACE, 10, 1_203))).isEmpty();
    Iterator<FoundPolicy> begun = policies().list(CallAsk.NAMESPACE, Integer.MAX_VALUE, 0);
    assertThat(begun.next().agentId()).isEqualTo("bot-10000");
    on().put(new PolicyKey(CallAsk.NAMESPACE, "bot-11000"), null);
    on().policy("a-before", OPEN);
    on().policy("z-behind", OPEN);
    assertThat(ids(begun))
        .hasSize(1_202)
        .doesNotContain("a-before", "bot-11000")
        .contains("z-behind");
  }

  @Test
  default void largePoliciesAreReadInSmallerPieces() {
    List<String> names =
        IntStream.range(0, Policy.ENTRIES_MAX)
            .mapToObj(i -> "tool." + "x".repeat(240) + i)
            .toList();
    for (int i = 0; i < 9; i++) {
      on().policy("bot-" + i, new Policy(names, null, Policy.Caps.NONE, null));
    }
    assertThat(ids(policies().list(CallAsk.NAMESPACE, Integer.MAX_VALUE, 0))).hasSize(9);
    assertThat(ids(policies().list(CallAsk.NAMESPACE, 7, 1))).hasSize(7).startsWith("bot-1");
  }

  @Test
  default void agentsAreListedInPages() {
    for (int i = 0; i < 30; i++) {
      on().call(mail(i).by("bot-" + (10 + i)));
    }
    on().policy("bot-25b", OPEN);
    Agents agents = new Agents(store(), on().killSwitch());
    assertThat(agents.list(CallAsk.NAMESPACE, 3, 15))
        .extracting(AgentView::agentId)
        .containsExactly("bot-25", "bot-25b", "bot-26");
    assertThat(agents.list(CallAsk.NAMESPACE, 1_000, 0)).hasSize(31);
    assertThat(agents.list(CallAsk.NAMESPACE, 1, 30).getFirst().today().actions()).isEqualTo(1);
    assertThat(agents.list(CallAsk.NAMESPACE, 9, 31)).isEmpty();
  }

  private static List<String> ids(Iterator<FoundPolicy> policies) {
    List<String> ids = new ArrayList<>();
    policies.forEachRemaining(policy -> ids.add(policy.agentId()));
    return ids;
  }

  private static void refused(CallsUnderTest calls, CallAsk ask, ErrorCode code) {
    assertThatThrownBy(() -> calls.calls().call(ask.call()))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
