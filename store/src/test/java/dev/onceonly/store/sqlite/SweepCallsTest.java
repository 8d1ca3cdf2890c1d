package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Namespace.Notifications;
import dev.onceonly.core.account.NamespaceKey;
import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentHourKey;
import dev.onceonly.core.govern.AgentHourRow;
import dev.onceonly.core.govern.CallDocument;
import dev.onceonly.core.govern.CallDocumentKey;
import dev.onceonly.core.govern.CallDocumentKey.Kind;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.DedupKey;
import dev.onceonly.core.govern.DedupRow;
import dev.onceonly.core.govern.ToolDayKey;
import dev.onceonly.core.govern.ToolDayRow;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the sweep deletes of governed calls and of agents' figures, and when.
final class SweepCallsTest extends TablesUnderTest {
  private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);
  private static final int DAY = 20_000;
  private static final long MADE_MS = DAY * DAY_MS;
  private static final long SETTLED_MS = MADE_MS + 500;

  @BeforeEach
  void makeNamespaces() throws SQLException {
    for (int id = 1; id <= 600; id++) {
      Namespace row = new Namespace(id, "n" + id, "free", 1, null, Notifications.ALL);
      save(new NamespaceKey(row.name()), row);
    }
  }

  @Test
  void aSettledCallIsDeletedWithItsDocumentsTheRetentionAfterItWasSettled() throws SQLException {
    call(1, CallState.FAILED, SETTLED_MS);
    call(2, CallState.RESERVED, null);
    call(3, CallState.EXECUTED, SETTLED_MS + 1);
    sweepAll(SETTLED_MS + LEASES_KEPT_MS - 1);
    assertThat(count("calls")).isEqualTo(3);
    sweepAll(SETTLED_MS + LEASES_KEPT_MS);
    assertThat(load(new CallKey(1, 1))).isNull();
    assertThat(count("call_documents")).isEqualTo(4);
    sweepAll(Long.MAX_VALUE);
    assertThat(count("calls")).isEqualTo(1);
    assertThat(load(new CallKey(1, 2))).isNotNull();
    assertThat(count("call_documents")).isEqualTo(2);
  }

  @Test
  void aCallWhoseResultStillAnswersIdenticalOnesStays() throws SQLException {
    call(1, CallState.EXECUTED, SETTLED_MS);
    long expiresAtMs = SETTLED_MS + 10 * LEASES_KEPT_MS;
    dedup(1, CallState.EXECUTED, expiresAtMs);
    sweepAll(expiresAtMs - 1);
    assertThat(count("calls")).isEqualTo(1);
    assertThat(count("call_documents")).isEqualTo(2);
    sweepAll(expiresAtMs);
    assertThat(count("calls")).isZero();
    assertThat(count("dedup_entries")).isZero();
  }

  @Test
  void dedupEntriesGoAtTheirExpiryUnlessNobodyKnowsWhatTheCallDid() throws SQLException {
    call(1, CallState.EXECUTED, SETTLED_MS);
    call(2, CallState.UNKNOWN, SETTLED_MS);
    call(3, CallState.RESERVED, null);
    for (int number = 1; number <= 3; number++) {
      CallState state =
          number == 1 ? CallState.EXECUTED : number == 2 ? CallState.UNKNOWN : CallState.RESERVED;
      dedup(number, state, SETTLED_MS + 100);
    }
    sweepAll(SETTLED_MS + 99);
    assertThat(count("dedup_entries")).isEqualTo(3);
    sweepAll(SETTLED_MS + 100);
    assertThat(load(dedupKey(1))).isNull();
    assertThat(count("dedup_entries")).isEqualTo(2);
    sweepAll(SETTLED_MS + LEASES_KEPT_MS);
    assertThat(load(new CallKey(1, 2))).isNull();
    assertThat(load(dedupKey(2))).isNull();
    sweepAll(Long.MAX_VALUE);
    assertThat(load(dedupKey(3))).isNotNull();
  }

  @Test
  void anEntryThatLeadsToALaterCallStaysWhenTheFirstOneGoes() throws SQLException {
    call(1, CallState.FAILED, SETTLED_MS);
    call(2, CallState.RESERVED, null);
    save(dedupKey(1), new DedupRow(2, CallState.RESERVED, HASH, null, MADE_MS, SETTLED_MS));
    sweepAll(SETTLED_MS + LEASES_KEPT_MS);
    assertThat(load(new CallKey(1, 1))).isNull();
    assertThat(load(dedupKey(1))).isNotNull();
  }

  @Test
  void whatAnUnknownCallHoldsBecomesFinalWhenItIsForgotten() throws SQLException {
    call(1, CallState.UNKNOWN, SETTLED_MS);
    call(2, CallState.RESERVED, null);
    AgentDayKey day = new AgentDayKey(1, "bot", DAY);
    save(day, new AgentDayRow(5, 6, 14, 8));
    sweepAll(SETTLED_MS + LEASES_KEPT_MS);
    assertThat(load(day)).isEqualTo(new AgentDayRow(5, 6, 7, 15));
    sweepAll(MADE_MS + 100 * DAY_MS);
    assertThat(load(day)).isEqualTo(new AgentDayRow(5, 6, 7, 15));
  }

  @Test
  void figuresGoEightDaysAfterTheirHourOrDay() throws SQLException {
    save(new AgentHourKey(1, "bot", DAY * 24 + 5), new AgentHourRow(1));
    save(new AgentDayKey(1, "bot", DAY), new AgentDayRow(1, 0, 0, 1));
    save(new ToolDayKey(1, "bot", "t", DAY), new ToolDayRow(1));
    save(new ToolDayKey(600, "bot", "t", DAY), new ToolDayRow(1));
    long hourMs = TimeUnit.HOURS.toMillis(1);
    sweepAll(MADE_MS + 8 * DAY_MS + 6 * hourMs - 1);
    assertThat(count("agent_hours")).isEqualTo(1);
    sweepAll(MADE_MS + 8 * DAY_MS + 6 * hourMs);
    assertThat(count("agent_hours")).isZero();
    sweepAll(MADE_MS + 9 * DAY_MS - 1);
    assertThat(count("agent_days")).isEqualTo(1);
    assertThat(count("tool_days")).isEqualTo(2);
    assertThat(sweepAll(MADE_MS + 9 * DAY_MS)).isEqualTo(3);
    assertThat(count("agent_days")).isZero();
    assertThat(count("tool_days")).isZero();
  }

  @Test
  void manyCallsAndFiguresGoInBoundedPieces() throws SQLException {
    for (int number = 1; number <= 600; number++) {
      call(number, number % 2 == 0 ? CallState.FAILED : CallState.RESERVED, SETTLED_MS);
      dedup(number, CallState.RESERVED, SETTLED_MS);
      save(new AgentHourKey(1, "bot-" + number, DAY), new AgentHourRow(1));
      save(new AgentHourKey(number, "bot", DAY), new AgentHourRow(1));
    }
    Sweep.Piece piece;
    int deleted = 0;
    do {
      piece = sweepPiece(SETTLED_MS + LEASES_KEPT_MS);
      assertThat(piece.deleted()).isLessThanOrEqualTo(256);
      deleted += piece.deleted();
    } while (!piece.roundDone());
    assertThat(deleted).isEqualTo(300 + 1_200);
    assertThat(count("calls")).isEqualTo(300);
    assertThat(count("agent_hours")).isZero();
  }

  private void call(long number, CallState state, @Nullable Long settledAtMs) throws SQLException {
    CallKey key = new CallKey(1, number);
    save(
        key,
        new CallRow(
            new CallRow.Asked("bot", "t", "global", HASH, null, null),
            new CallRow.Hold(7, MADE_MS),
            new CallRow.Delivery(dedupKey(number).hash(), "k", 1, "b", 0, 0),
            new CallRow.Ending(
                state, state == CallState.RESERVED ? null : settledAtMs, null, null, null, null)));
    save(new CallDocumentKey(key, Kind.BODY), new CallDocument("{}"));
    save(new CallDocumentKey(key, Kind.RESULT), new CallDocument("{}"));
  }

  private void dedup(long number, CallState state, long expiresAtMs) throws SQLException {
    save(dedupKey(number), new DedupRow(number, state, HASH, null, MADE_MS, expiresAtMs));
  }

  private static DedupKey dedupKey(long number) {
    return new DedupKey(1, HASH.substring(6) + (100_000 + number));
  }
}
