package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.AgentRow.Disabled;
import dev.onceonly.core.service.AgentSteps.Switched;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What throwing a switch changes, and what the audit chain says of it.
final class AgentStepsTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(60);
  private static final AgentKey BOT = new AgentKey(1, "bot");
  private static final AgentKey ALL = AgentKey.all(1);

  private final MapRows rows = new MapRows();

  @Test
  void anAgentThatWasNeverSeenCanBeDisabled() {
    Decided<Switched> decided = disable(BOT, "incident", NOW);

    AgentRow row = new AgentRow(0, new Disabled(NOW.toEpochMilli(), "incident"));
    assertThat(decided.answer()).isEqualTo(new Switched(row, AgentRow.UNSEEN, true));
    assertThat(rows.get(BOT)).isEqualTo(row);
    ChainKey chain = new ChainKey(1, "bot");
    assertThat(MapRows.keys(decided)).containsExactlyInAnyOrder(BOT, chain, new AuditKey(chain, 1));
    assertThat(entry("bot", 1).action()).isEqualTo("agent.disable");
    assertThat(entry("bot", 1).actor()).isEqualTo("key_1");
    assertThat(entry("bot", 1).detail()).isEqualTo("incident");
  }

  @Test
  void disabledAgainItTakesTheNewReasonAndKeepsTheFirstInstant() {
    disable(BOT, "one", NOW);

    Switched again = disable(BOT, "two", LATER).answer();

    assertThat(again.row().disabled()).isEqualTo(new Disabled(NOW.toEpochMilli(), "two"));
    assertThat(again.couldAct()).isFalse();
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

    assertThat(all.couldAct()).isTrue();
    assertThat(all.all()).isEqualTo(all.row());
    assertThat(one.couldAct()).isFalse();
    assertThat(one.all().isEnabled()).isFalse();
    assertThat(back.all().isEnabled()).isTrue();
    assertThat(Objects.requireNonNull(rows.get(BOT)).isEnabled()).isFalse();
    assertThat(entry("*", 1).action()).isEqualTo("agent.disable");
    assertThat(entry("*", 2).action()).isEqualTo("agent.enable");
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
