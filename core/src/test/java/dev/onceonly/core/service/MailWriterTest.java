package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailKey.Kind;
import dev.onceonly.core.notify.MailRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

/// At most one mail for each namespace, kind, subject and hour.
final class MailWriterTest {
  private static final Instant NOW = Instant.parse("2026-11-26T10:59:59.999Z");
  private final MapRows rows = new MapRows();

  @Test
  void theFirstOfAnHourIsKept() {
    assertThat(tell(1, Kind.TOOL_ERROR, "tool a", "first", NOW)).isTrue();
    assertThat(tell(1, Kind.TOOL_ERROR, "tool a", "second", NOW)).isFalse();
    assertThat(rows.get(MailWriter.key(1, Kind.TOOL_ERROR, "tool a", NOW)))
        .isEqualTo(new MailRow("first", NOW.toEpochMilli(), 0, NOW.toEpochMilli()));
    assertThat(tell(1, Kind.TOOL_ERROR, "tool a", "third", NOW.plusMillis(1))).isTrue();
  }

  @Test
  void aMailThatWasSentStillKeepsOthersAway() {
    tell(1, Kind.TOOL_ERROR, "tool a", "first", NOW);
    MailKey key = MailWriter.key(1, Kind.TOOL_ERROR, "tool a", NOW);
    rows.run(new Save(key, new MailRow("first", 0, 1, null)), NOW);
    assertThat(tell(1, Kind.TOOL_ERROR, "tool a", "second", NOW)).isFalse();
  }

  @Test
  void anotherNamespaceKindOrSubjectIsAnotherMail() {
    tell(1, Kind.TOOL_ERROR, "tool a", "text", NOW);
    assertThat(tell(2, Kind.TOOL_ERROR, "tool a", "text", NOW)).isTrue();
    assertThat(tell(1, Kind.RUN_FAILURE, "tool a", "text", NOW)).isTrue();
    assertThat(tell(1, Kind.TOOL_ERROR, "tool b", "text", NOW)).isTrue();
  }

  private boolean tell(long namespaceId, Kind kind, String subject, String text, Instant now) {
    MailKey key = MailWriter.key(namespaceId, kind, subject, now);
    return !rows.run(new Write(key, text), now).changes().isEmpty();
  }

  private record Write(MailKey key, String text) implements Step<Boolean> {
    @Override
    public long namespaceId() {
      return key.namespaceId();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(key);
    }

    @Override
    public Decided<Boolean> decide(Rows rows, Instant now) {
      List<Change<?>> changes = new ArrayList<>();
      MailWriter.write(key, text, rows, now, changes);
      return new Decided<>(true, changes, List.of(), null);
    }
  }

  private record Save(MailKey key, MailRow row) implements Step<Boolean> {
    @Override
    public long namespaceId() {
      return key.namespaceId();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of();
    }

    @Override
    public Decided<Boolean> decide(Rows rows, Instant now) {
      return new Decided<>(true, List.of(new Change<>(key, row)), List.of(), null);
    }
  }
}
