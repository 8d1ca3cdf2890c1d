package dev.onceonly.server.figure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.http.observe.ServerMetrics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which calls are counted, and under which names.
class CallFiguresTest {
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final String SERIES = "onceonly_calls_total{";

  private final ServerMetrics metrics = new ServerMetrics();
  private int number;

  private CallFigures figures(int toolsMax, String... known) {
    return new CallFigures(metrics.registry(), toolsMax, List.of(known));
  }

  private void tell(CallFigures figures, String tool, Decision decision, Reason reason) {
    tell(figures, "call", tool, decision, reason);
  }

  private void tell(
      CallFigures figures, String action, String tool, Decision decision, Reason reason) {
    boolean allowed = decision != Decision.BLOCKED;
    AuditEntry.Verdict verdict =
        new AuditEntry.Verdict(
            allowed, decision.wireName(), reason.wireName(), reason.risk().wireName());
    String callId = allowed ? "call_1" : null;
    AuditEntry entry =
        new AuditEntry(
            1,
            action,
            "key_1",
            new AuditEntry.CallFacts(tool, verdict, callId, HASH, 0, null),
            null,
            new AuditEntry.Link(HASH, HASH));
    AuditKey key = new AuditKey(new ChainKey(1, "bot"), ++number);
    figures.committed(List.of(new Change<>(key, entry)), List.of());
  }

  private List<String> series() {
    return new String(metrics.text(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(SERIES) && !line.endsWith(" 0.0"))
        .map(line -> line.substring(SERIES.length()))
        .toList();
  }

  private static void register(CallFigures figures, String name, @Nullable ToolRow row) {
    figures.committed(List.of(new Change<>(new ToolKey(1, "global", name), row)), List.of());
  }

  @Test
  void aCallCountsOnceWhenItIsDecidedForGood() {
    CallFigures figures = figures(50);
    tell(figures, "mail.send", Decision.RESERVED, Reason.OK);
    assertThat(series()).isEmpty();
    tell(figures, "mail.send", Decision.UNKNOWN, Reason.TOOL_ERROR);
    tell(figures, "resolve", "mail.send", Decision.EXECUTED, Reason.OK);

    assertThat(series())
        .containsExactly("decision=\"unknown\",reason=\"tool_error\",tool=\"mail.send\"} 1.0");
  }

  @Test
  void whatHappensMostIsThereFromTheStart() {
    figures(50);

    assertThat(new String(metrics.text(), StandardCharsets.UTF_8))
        .contains(
            "onceonly_calls_total{decision=\"unknown\",reason=\"tool_error\",tool=\"other\"} 0.0");
  }

  @Test
  void aNameThatIsNotRegisteredIsOther() {
    CallFigures figures = figures(50, "known");
    for (int i = 0; i < 10_000; i++) {
      tell(figures, "made-up-" + i, Decision.BLOCKED, Reason.TOOL_NOT_IN_ALLOWED_LIST);
    }
    tell(figures, "known", Decision.BLOCKED, Reason.AGENT_DISABLED);

    assertThat(series())
        .containsExactlyInAnyOrder(
            "decision=\"blocked\",reason=\"tool_not_in_allowed_list\",tool=\"other\"} 10000.0",
            "decision=\"blocked\",reason=\"agent_disabled\",tool=\"known\"} 1.0");
  }

  @Test
  void aToolThatIsNoLongerRegisteredGetsNoNewSeries() {
    CallFigures figures = figures(50, "gone");
    register(figures, "gone", null);
    tell(figures, "gone", Decision.BLOCKED, Reason.NO_POLICY);

    assertThat(series())
        .containsExactly("decision=\"blocked\",reason=\"no_policy\",tool=\"other\"} 1.0");
  }

  @Test
  void onlySoManyToolsHaveTheirOwnSeriesHoweverManyAreRegistered() {
    CallFigures figures = figures(2);
    for (int i = 0; i < 5_000; i++) {
      tell(figures, "tool-" + i, Decision.EXECUTED, Reason.OK);
    }
    tell(figures, "tool-1", Decision.DEDUP, Reason.TOOL_IDEMPOTENCY);

    assertThat(series())
        .containsExactlyInAnyOrder(
            "decision=\"executed\",reason=\"ok\",tool=\"tool-0\"} 1.0",
            "decision=\"executed\",reason=\"ok\",tool=\"tool-1\"} 1.0",
            "decision=\"executed\",reason=\"ok\",tool=\"other\"} 4998.0",
            "decision=\"dedup\",reason=\"tool_idempotency\",tool=\"tool-1\"} 1.0");
  }

  @Test
  void withNoneToBeNamedNoNameIsShown() {
    CallFigures figures = figures(0, "secret-project");
    tell(figures, "secret-project", Decision.EXECUTED, Reason.OK);

    assertThat(series()).containsExactly("decision=\"executed\",reason=\"ok\",tool=\"other\"} 1.0");
  }

  @Test
  void aLongNameIsOther() {
    CallFigures figures = figures(50);
    tell(figures, "x".repeat(CallFigures.NAME_CHARS_MAX + 1), Decision.EXECUTED, Reason.OK);
    tell(figures, "x".repeat(CallFigures.NAME_CHARS_MAX), Decision.ERROR, Reason.TOOL_ERROR);

    assertThat(series())
        .containsExactlyInAnyOrder(
            "decision=\"executed\",reason=\"ok\",tool=\"other\"} 1.0",
            "decision=\"error\",reason=\"tool_error\",tool=\""
                + "x".repeat(CallFigures.NAME_CHARS_MAX)
                + "\"} 1.0");
  }
}
