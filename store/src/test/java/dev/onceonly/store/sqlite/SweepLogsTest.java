package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.audit.AuditChain;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.audit.RetentionHistory;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailRow;
import dev.onceonly.core.run.RunEventKey;
import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunEventRow.Labels;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunRow;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What the sweep deletes of audit logs, timelines and the outbox, and what it leaves behind.
final class SweepLogsTest extends TablesUnderTest {
  private static final ChainKey ONE = new ChainKey(1, "bot-1");
  private static final ChainKey TWO = new ChainKey(1, "bot-2");
  private static final RunKey RUN = new RunKey(1, "r");
  private static final RunKey OTHER = new RunKey(2, "r");
  private long lastEventId;

  @Test
  void auditEntriesGoAsAPrefixOfTheirChainWhichKeepsItsAnchor() throws SQLException {
    append(ONE, 100);
    append(ONE, 101);
    append(TWO, 101);
    append(ONE, 102);
    AuditEntry second = entry(ONE, 2);
    assertThat(sweepAll(100 + AUDIT_KEPT_MS - 1)).isZero();
    assertThat(sweepAll(101 + AUDIT_KEPT_MS)).isEqualTo(3);
    AuditEntry third = entry(ONE, 3);
    ChainRow.Times times = new ChainRow.Times(102, 101, 101 + AUDIT_KEPT_MS, AUDIT_KEPT_MS);
    assertThat(load(ONE))
        .isEqualTo(new ChainRow(3, third.link().hash(), 2, second.link().hash(), times));
    assertThat(third.link().previousAtMs()).isEqualTo(101);
    assertThat(stored(new AuditKey(RetentionHistory.CHAIN, 1)).detail())
        .isEqualTo(AUDIT_KEPT_MS + " ms");
    assertThat(load(new AuditKey(RetentionHistory.CHAIN, 2))).isNull();
    assertThat(third.link().previousHash()).isEqualTo(second.link().hash());
    ChainRow two = stored(TWO);
    assertThat(two)
        .isEqualTo(
            new ChainRow(
                1,
                two.headHash(),
                1,
                two.headHash(),
                new ChainRow.Times(101, 101, 101 + AUDIT_KEPT_MS, AUDIT_KEPT_MS)));
    append(TWO, 5_000);
    append(ONE, 5_000);
    assertThat(AuditChain.isGenuine(ONE, 4, entry(ONE, 4))).isTrue();
    assertThat(stored(TWO).length()).isEqualTo(2);
    assertThat(StoreCheck.run(connection()).problems())
        .noneMatch(problem -> problem.contains("chain"));
  }

  @Test
  void manyAuditEntriesGoInBoundedPieces() throws SQLException {
    for (int i = 0; i < 600; i++) {
      append(i % 3 == 0 ? ONE : TWO, i);
    }
    Sweep.Piece piece;
    int deleted = 0;
    do {
      piece = sweepPiece(500 + AUDIT_KEPT_MS);
      assertThat(piece.deleted()).isLessThanOrEqualTo(256);
      deleted += piece.deleted();
    } while (!piece.roundDone());
    assertThat(deleted).isEqualTo(501);
    assertThat(stored(ONE).anchorNumber()).isEqualTo(167);
    assertThat(stored(TWO).anchorNumber()).isEqualTo(334);
    assertThat(entry(ONE, 168).link().previousHash()).isEqualTo(stored(ONE).anchorHash());
  }

  @Test
  void eventsGoByWhenTheyWereStoredAndARunWithItsLastOne() throws SQLException {
    event(RUN, 100, 7, "first");
    event(OTHER, 100, 7, "only");
    event(RUN, 101, 5, "second");
    event(RUN, 102, 6, "third");
    assertThat(sweepAll(100 + EVENTS_KEPT_MS - 1)).isZero();
    assertThat(load(RUN)).isEqualTo(new RunRow(7, 1, "first", null, 3, List.of()));
    assertThat(sweepAll(100 + EVENTS_KEPT_MS)).isEqualTo(2);
    assertThat(load(RUN)).isEqualTo(new RunRow(6, 4, "third", null, 2, List.of()));
    assertThat(load(OTHER)).isNull();
    assertThat(sweepAll(101 + EVENTS_KEPT_MS)).isEqualTo(1);
    assertThat(load(RUN)).isEqualTo(new RunRow(6, 4, "third", null, 1, List.of()));
    event(RUN, 500, 1, "late");
    sweepAll(102 + EVENTS_KEPT_MS);
    assertThat(load(RUN)).isEqualTo(new RunRow(1, 5, "late", null, 1, List.of()));
    sweepAll(Long.MAX_VALUE);
    assertThat(load(RUN)).isNull();
    assertThat(count("run_events")).isZero();
  }

  @Test
  void manyEventsGoInBoundedPieces() throws SQLException {
    for (int i = 0; i < 600; i++) {
      event(i % 3 == 0 ? RUN : OTHER, i, i, "note");
    }
    Sweep.Piece piece;
    do {
      piece = sweepPiece(500 + EVENTS_KEPT_MS);
      assertThat(piece.deleted()).isLessThanOrEqualTo(256);
    } while (!piece.roundDone());
    assertThat(stored(RUN).events()).isEqualTo(33);
    assertThat(stored(OTHER).events()).isEqualTo(66);
  }

  @Test
  void mailsGoSevenDaysAfterTheyWereWrittenSentOrNot() throws SQLException {
    save(mail("sent"), new MailRow("text", 100, 1, null));
    save(mail("waiting"), new MailRow("text", 100, 1, 200L));
    long keptMs = TimeUnit.DAYS.toMillis(7);
    assertThat(sweepAll(100 + keptMs - 1)).isZero();
    assertThat(sweepAll(100 + keptMs)).isEqualTo(2);
    assertThat(load(mail("waiting"))).isNull();
    assertThat(load(mail("sent"))).isNull();
  }

  private static MailKey mail(String subject) {
    return new MailKey(1, MailKey.Kind.TOOL_ERROR, subject, 1);
  }

  private void append(ChainKey chain, long atMs) throws SQLException {
    ChainRow stored = load(chain);
    ChainRow head = stored == null ? ChainRow.EMPTY : stored;
    AuditEntry entry =
        AuditChain.next(
            chain, head, new AuditChain.Content(atMs, "policy.put", "key_1", null, null));
    save(chain, head.grownBy(entry));
    save(new AuditKey(chain, head.length() + 1), entry);
  }

  private AuditEntry entry(ChainKey chain, long number) throws SQLException {
    return stored(new AuditKey(chain, number));
  }

  private void event(RunKey run, long atMs, long ts, String type) throws SQLException {
    lastEventId++;
    RunEventRow event = new RunEventRow(ts, atMs, type, Labels.NONE, null, null);
    save(run, RunRow.after(load(run), lastEventId, event));
    save(new RunEventKey(run, lastEventId), event);
  }
}
