package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.ApiKeyKey;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.AgentRow.Disabled;
import dev.onceonly.core.govern.AgentTotalKey;
import dev.onceonly.core.govern.AgentTotalRow;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.run.OpenTasksKey;
import dev.onceonly.core.run.OpenTasksRow;
import dev.onceonly.core.service.AgentSteps.Switched;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Passage;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What throwing a switch changes, and what the audit chain says of it.
final class AgentStepsTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(60);
  private static final AgentKey BOT = new AgentKey(1, "bot");
  private static final AgentKey ALL = AgentKey.all(1);
  private static final AgentTotalKey TOTAL = new AgentTotalKey(1);
  private static final Policy OPEN = new Policy(null, null, Policy.Caps.NONE, null);

  private final MapRows rows = new MapRows();

  @Test
  void anAgentThatWasNeverSeenCanBeDisabled() {
    Decided<Switched> decided = disable(BOT, "incident", NOW);

    AgentRow row = new AgentRow(0, new Disabled(NOW.toEpochMilli(), "incident"));
    assertThat(decided.answer()).isEqualTo(new Switched(row, AgentRow.UNSEEN, 1, 0));
    assertThat(rows.get(BOT)).isEqualTo(row);
    ChainKey chain = new ChainKey(1, "bot");
    assertThat(MapRows.keys(decided))
        .containsExactlyInAnyOrder(BOT, chain, new AuditKey(chain, 1), TOTAL);
    assertThat(entry("bot", 1).action()).isEqualTo("agent.disable");
    assertThat(entry("bot", 1).actor()).isEqualTo("key_1");
    assertThat(entry("bot", 1).detail()).isEqualTo("incident");
  }

  @Test
  void disabledAgainItTakesTheNewReasonAndKeepsTheFirstInstant() {
    disable(BOT, "one", NOW);

    Switched again = disable(BOT, "two", LATER).answer();

    assertThat(again.row().disabled()).isEqualTo(new Disabled(NOW.toEpochMilli(), "two"));
    assertThat(again.couldAct()).isZero();
    assertThat(entry("bot", 2).detail()).isEqualTo("two");
  }

  @Test
  void theVerySameAgainChangesNothing() {
    disable(BOT, "one", NOW);

    assertThat(disable(BOT, "one", LATER).changes()).isEmpty();
  }

  @Test
  void enablingKeepsWhenItWasSeen() {
    rows.put(new Change<>(BOT, new AgentRow(77, new Disabled(5, "old"))));

    Switched enabled = enable(BOT, "resolved").answer();

    assertThat(enabled.row()).isEqualTo(new AgentRow(77, null));
    assertThat(entry("bot", 1).action()).isEqualTo("agent.enable");
    assertThat(entry("bot", 1).detail()).isEqualTo("resolved");
  }

  @Test
  void enablingWhatIsEnabledLeavesNoTrace() {
    assertThat(enable(BOT, "").changes()).isEmpty();
    assertThat(enable(ALL, "").changes()).isEmpty();
  }

  @Test
  void withoutAReasonTheEntrySaysNone() {
    disable(BOT, "", NOW);

    assertThat(entry("bot", 1).detail()).isNull();
  }

  @Test
  void theNamespacesSwitchHasARowAndAChainOfItsOwn() {
    Switched all = disable(ALL, "all stop", NOW).answer();
    Switched one = disable(BOT, "", NOW).answer();
    Switched back = enable(ALL, "").answer();

    assertThat(all.couldAct()).isZero();
    assertThat(all.all()).isEqualTo(all.row());
    assertThat(one.couldAct()).isZero();
    assertThat(one.all().isEnabled()).isFalse();
    assertThat(back.all().isEnabled()).isTrue();
    assertThat(Objects.requireNonNull(rows.get(BOT)).isEnabled()).isFalse();
    assertThat(entry("*", 1).action()).isEqualTo("agent.disable");
    assertThat(entry("*", 2).action()).isEqualTo("agent.enable");
  }

  @Test
  void agentsAreCountedOnceWhateverMakesThemKnown() {
    disable(BOT, "", NOW);
    disable(BOT, "again", LATER);
    assertThat(total()).isEqualTo(new AgentTotalRow(1, 1));
    put("bot");
    assertThat(total()).isEqualTo(new AgentTotalRow(1, 1));
    put("other");
    put("other");
    assertThat(total()).isEqualTo(new AgentTotalRow(2, 1));
    disable(new AgentKey(1, "other"), "", NOW);
    assertThat(total()).isEqualTo(new AgentTotalRow(2, 2));
    enable(BOT, "");
    enable(BOT, "again");
    assertThat(total()).isEqualTo(new AgentTotalRow(2, 1));
    delete("bot");
    delete("bot");
    assertThat(total()).as("its row is left").isEqualTo(new AgentTotalRow(2, 1));
    put("third");
    delete("third");
    assertThat(total()).isEqualTo(new AgentTotalRow(2, 1));
    disable(ALL, "", NOW);
    enable(ALL, "");
    assertThat(total()).as("the namespace's own switch").isEqualTo(new AgentTotalRow(2, 1));
  }

  @Test
  void theNamespacesSwitchStopsAllWhoseOwnIsOn() {
    put("a");
    put("b");
    disable(new AgentKey(1, "b"), "", NOW);
    rows.put(new Change<>(new OpenTasksKey(1, "*"), new OpenTasksRow(7)));
    rows.put(new Change<>(new OpenTasksKey(1, "a"), new OpenTasksRow(2)));

    Switched all = disable(ALL, "", NOW).answer();

    assertThat(all.couldAct()).isEqualTo(1);
    assertThat(all.openRuns()).isEqualTo(7);
    Switched one = disable(new AgentKey(1, "a"), "", NOW).answer();
    assertThat(one.couldAct()).isZero();
    assertThat(one.openRuns()).isEqualTo(2);
    assertThat(disable(ALL, "", LATER).answer().couldAct()).isZero();
  }

  @Test
  void switchesPassTheSharesOfTheQueue() {
    assertThat(new AgentSteps.Disable(BOT, "", "key_1").passage()).isEqualTo(Passage.FREE);
    assertThat(new AgentSteps.Enable(ALL, "", "key_1").passage()).isEqualTo(Passage.FREE);
    assertThat(AccountSteps.SwitchKey.disabling("operator", new ApiKeyKey("h"), 1).passage())
        .isEqualTo(Passage.FREE);
  }

  private AgentTotalRow total() {
    return Objects.requireNonNull(rows.get(TOTAL));
  }

  private void put(String agentId) {
    rows.run(new PolicySteps.Put(new PolicyKey(1, agentId), OPEN, List.of(), "key_1", ""), NOW);
  }

  private void delete(String agentId) {
    rows.run(new PolicySteps.Delete(new PolicyKey(1, agentId), "key_1"), NOW);
  }

  private Decided<Switched> disable(AgentKey key, String reason, Instant now) {
    return rows.run(new AgentSteps.Disable(key, reason, "key_1"), now);
  }

  private Decided<Switched> enable(AgentKey key, String reason) {
    return rows.run(new AgentSteps.Enable(key, reason, "key_1"), LATER);
  }

  private AuditEntry entry(String chain, long number) {
    return Objects.requireNonNull(rows.get(new AuditKey(new ChainKey(1, chain), number)));
  }
}
