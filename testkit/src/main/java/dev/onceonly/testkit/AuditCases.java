package dev.onceonly.testkit;

import static dev.onceonly.testkit.FreeStep.change;
import static dev.onceonly.testkit.FreeStep.saving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.Failure;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditEntry.CallFacts;
import dev.onceonly.core.audit.AuditEntry.Link;
import dev.onceonly.core.audit.AuditEntry.Verdict;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.AuditQueries.AgentFigures;
import dev.onceonly.core.audit.AuditQueries.Numbered;
import dev.onceonly.core.audit.AuditQueries.ToolCount;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.service.AuditLog;
import dev.onceonly.core.step.Change;
import dev.onceonly.testkit.RowCases.Written;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The audit log comes back exactly, and is read from its end, by instant and in its order.
public interface AuditCases extends StoreUnderTest {
  ChainKey CHAIN = new ChainKey(1, "bot-1");
  String LINK = "0123456789abcdef".repeat(4);

  @Test
  default void chainsAndEntriesComeBackExactly() {
    Written written = new Written(this);
    for (String text : RowCases.TEXTS) {
      ChainKey chain = new ChainKey(1, text);
      written.save(chain, ChainRow.EMPTY);
      written.save(chain, new ChainRow(Long.MAX_VALUE, text, 5, text));
      written.save(chain, new ChainRow(2, LINK, Long.MAX_VALUE, LINK));
      AuditKey key = new AuditKey(chain, 1);
      written.save(
          key, new AuditEntry(RowCases.FAR_MS, text, text, null, null, new Link(text, text)));
      Verdict verdict = new Verdict(true, text, text, text);
      CallFacts full = new CallFacts(text, verdict, text, text, Long.MAX_VALUE, text);
      written.save(
          key, new AuditEntry(RowCases.FAR_MS, text, text, full, text, new Link(LINK, LINK)));
      CallFacts bare =
          new CallFacts("t", new Verdict(false, "blocked", "r", "high"), null, LINK, 0, null);
      written.save(
          new AuditKey(chain, Long.MAX_VALUE),
          new AuditEntry(RowCases.FAR_MS, "call", "key_1", bare, "", new Link("", LINK)));
      written.save(key, new AuditEntry(RowCases.FAR_MS, "", "", null, "", new Link(LINK, "")));
    }
    written.save(new ChainKey(2, "a"), ChainRow.EMPTY);
    assertThat(store().get(new AuditKey(new ChainKey(2, "a"), 1))).isNull();
    assertThat(store().get(new AuditKey(new ChainKey(3, "a"), 1))).isNull();
    written.isThereAfterARestart();
  }

  @Test
  default void anEntryNeedsItsChainAndAChainIsNeverDeleted() {
    AuditEntry entry = entry("policy.put", null, time().now().toEpochMilli());
    AuditKey key = new AuditKey(CHAIN, 1);
    assertThatThrownBy(() -> store().run(saving(change(key, entry)))).isInstanceOf(Failure.class);
    assertThat(store().get(key)).isNull();
    store().run(saving(change(CHAIN, ChainRow.EMPTY), change(key, entry)));
    assertThatThrownBy(() -> store().run(saving(change(CHAIN, null)))).isInstanceOf(Failure.class);
    assertThat(store().get(CHAIN)).isEqualTo(ChainRow.EMPTY);
    store().run(saving(change(key, null)));
    assertThat(store().get(key)).isNull();
  }

  @Test
  default void entriesAreReadInTheirOrderFromANumberOn() {
    append(CHAIN, "executed", "reserved", "blocked", "executed");
    append(new ChainKey(1, "bot-2"), "dedup");
    append(new ChainKey(2, "bot-1"), "error");
    restart();
    assertThat(store().entries(CHAIN, 0, 10))
        .extracting(Numbered::number)
        .containsExactly(1L, 2L, 3L, 4L);
    List<Numbered> middle = store().entries(CHAIN, 2, 2);
    assertThat(middle).extracting(Numbered::number).containsExactly(2L, 3L);
    assertThat(middle.getFirst().entry()).isEqualTo(store().get(new AuditKey(CHAIN, 2)));
    assertThat(store().entries(CHAIN, 5, 10)).isEmpty();
    assertThat(store().entries(new ChainKey(3, "bot-1"), 0, 10)).isEmpty();
    assertThat(store().chains())
        .containsOnlyKeys(CHAIN, new ChainKey(1, "bot-2"), new ChainKey(2, "bot-1"));
    assertThat(store().chains()).containsEntry(CHAIN, new ChainRow(4, LINK, 0, LINK));
    assertThat(store().chains(null, 2)).containsExactly(CHAIN, new ChainKey(1, "bot-2"));
    assertThat(store().chains(CHAIN, 9))
        .containsExactly(new ChainKey(1, "bot-2"), new ChainKey(2, "bot-1"));
    assertThat(store().chains(new ChainKey(1, "zzz"), 9)).containsExactly(new ChainKey(2, "bot-1"));
    assertThat(store().chains(new ChainKey(2, "bot-1"), 9)).isEmpty();
  }

  @Test
  default void moreChainsThanAreReadAtATimeAreAllWalked() {
    for (int i = 0; i < 1_025; i++) {
      append(new ChainKey(1, "bot-" + i), "executed");
    }
    assertThat(new AuditLog(store()).verify().chains()).isEqualTo(1_025);
  }

  @Test
  default void theCallLogIsNewestFirstWithoutReservationsAndOtherChanges() {
    append(CHAIN, "reserved", "executed", "", "reserved", "unknown", "dry_run");
    append(new ChainKey(1, "bot-2"), "dedup");
    restart();
    assertThat(decisions(store().callLog(CHAIN, 10)))
        .containsExactly("dry_run", "unknown", "executed");
    assertThat(decisions(store().callLog(CHAIN, 2))).containsExactly("dry_run", "unknown");
    assertThat(store().callLog(new ChainKey(2, "bot-1"), 10)).isEmpty();
  }

  @Test
  default void figuresCountFromAnInstantOn() {
    long start = time().now().toEpochMilli();
    List<Change<?>> changes = new ArrayList<>();
    changes.add(change(CHAIN, new ChainRow(9, LINK, 0, LINK)));
    String[] decisions = {
      "reserved", "executed", "dedup", "error", "unknown", "blocked", "dry_run", "", "executed"
    };
    for (int i = 0; i < decisions.length; i++) {
      String tool = i < 5 ? "b" : "a";
      AuditEntry entry = entry("call", facts(tool, decisions[i], 10L << i), start + i / 2);
      changes.add(change(new AuditKey(CHAIN, i + 1), entry));
    }
    store().run(saving(changes.toArray(Change<?>[]::new)));
    restart();
    AgentFigures all =
        new AgentFigures(
            5, 1, (10L << 1) + (10L << 8), List.of(new ToolCount("b", 4), new ToolCount("a", 1)));
    assertThat(store().figures(CHAIN, 0)).isEqualTo(all);
    assertThat(store().figures(CHAIN, start)).isEqualTo(all);
    assertThat(store().figures(CHAIN, start + 2))
        .isEqualTo(
            new AgentFigures(
                2, 1, 10L << 8, List.of(new ToolCount("a", 1), new ToolCount("b", 1))));
    AgentFigures none = new AgentFigures(0, 0, 0, List.of());
    assertThat(store().figures(CHAIN, start + 5)).isEqualTo(none);
    assertThat(store().figures(new ChainKey(2, "bot-1"), 0)).isEqualTo(none);
  }

  @Test
  default void aPersonsWordAddsSpendButNoAction() {
    long now = time().now().toEpochMilli();
    store()
        .run(
            saving(
                change(CHAIN, new ChainRow(2, LINK, 0, LINK)),
                change(new AuditKey(CHAIN, 1), entry("call", facts("a", "unknown", 7), now)),
                change(new AuditKey(CHAIN, 2), entry("resolve", facts("a", "executed", 7), now))));
    assertThat(store().figures(CHAIN, now))
        .isEqualTo(new AgentFigures(1, 0, 7, List.of(new ToolCount("a", 1))));
  }

  @Test
  default void topToolsAreAtMostTenAndSpendNeverOverflows() {
    long now = time().now().toEpochMilli();
    List<Change<?>> changes = new ArrayList<>();
    changes.add(change(CHAIN, new ChainRow(24, LINK, 0, LINK)));
    for (int i = 0; i < 24; i++) {
      CallFacts facts = facts("tool-" + (char) ('a' + i % 12), "executed", Long.MAX_VALUE / 2);
      changes.add(change(new AuditKey(CHAIN, i + 1), entry("call", facts, now)));
    }
    store().run(saving(changes.toArray(Change<?>[]::new)));
    AgentFigures figures = store().figures(CHAIN, now);
    assertThat(figures.spendNanoUsd()).isEqualTo(Long.MAX_VALUE);
    assertThat(figures.topTools())
        .hasSize(10)
        .startsWith(new ToolCount("tool-a", 2))
        .endsWith(new ToolCount("tool-j", 2));
  }

  /// Appends one entry a decision; an empty one is about no call.
  private void append(ChainKey chain, String... decisions) {
    long now = time().now().toEpochMilli();
    List<Change<?>> changes = new ArrayList<>();
    changes.add(change(chain, new ChainRow(decisions.length, LINK, 0, LINK)));
    for (int i = 0; i < decisions.length; i++) {
      AuditEntry entry = entry("call", facts("mail.send", decisions[i], i), now + i);
      changes.add(change(new AuditKey(chain, i + 1), entry));
    }
    store().run(saving(changes.toArray(Change<?>[]::new)));
  }

  private static @Nullable CallFacts facts(String tool, String decision, long spendNanoUsd) {
    return decision.isEmpty()
        ? null
        : new CallFacts(
            tool, new Verdict(true, decision, "ok", "low"), null, LINK, spendNanoUsd, null);
  }

  private static AuditEntry entry(String action, @Nullable CallFacts call, long atMs) {
    return new AuditEntry(atMs, action, "key_1", call, null, new Link(LINK, LINK));
  }

  private static List<String> decisions(List<AuditEntry> entries) {
    return entries.stream()
        .map(AuditEntry::call)
        .map(call -> call == null ? "" : call.verdict().decision())
        .toList();
  }
}
