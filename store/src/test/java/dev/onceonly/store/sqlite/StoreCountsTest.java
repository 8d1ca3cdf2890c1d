package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Namespace.Notifications;
import dev.onceonly.core.account.NamespaceKey;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is counted for operators.
final class StoreCountsTest extends TablesUnderTest {
  @BeforeEach
  void makeNamespaces() throws SQLException {
    for (int id = 1; id <= 2; id++) {
      Namespace row = new Namespace(id, "n" + id, "free", 1, null, Notifications.ALL);
      save(new NamespaceKey(row.name()), row);
    }
  }

  private StoreCounts counts() throws SQLException {
    return StoreCounts.read(new Statements(connection()));
  }

  private void call(long namespaceId, long number, CallState state) throws SQLException {
    save(
        new CallKey(namespaceId, number),
        new CallRow(
            new CallRow.Asked("bot", "t", "global", HASH, null, null),
            new CallRow.Hold(7, 1),
            new CallRow.Delivery(HASH, "k", 1, "b", 0, 0),
            new CallRow.Ending(state, null, null, null, null, null)));
  }

  private void mail(String subject, int attempts, @Nullable Long nextAtMs) throws SQLException {
    save(
        new MailKey(1, MailKey.Kind.TOOL_ERROR, subject, 1),
        new MailRow("it went wrong", 1, attempts, nextAtMs));
  }

  private void run(int id, long queuedAtMs, long claim) throws SQLException {
    try (Statement statement = connection().createStatement()) {
      statement.executeUpdate(
          """
          INSERT INTO run_tasks VALUES (%d, 1, 'bot', 'r', 1, 0, 1, 'key', %d, 1, 0, %d, 0)
          """
              .formatted(id, queuedAtMs, claim));
    }
  }

  @Test
  void anEmptyStoreHasNothing() throws SQLException {
    assertThat(counts()).isEqualTo(new StoreCounts(0, 0, 0, null));
  }

  @Test
  void callsOfAllNamespacesAreCountedByWhereTheyStandNow() throws SQLException {
    call(1, 1, CallState.RESERVED);
    call(1, 2, CallState.UNKNOWN);
    call(2, 3, CallState.UNKNOWN);
    call(2, 4, CallState.EXECUTED);
    call(2, 5, CallState.FAILED);
    assertThat(counts()).isEqualTo(new StoreCounts(1, 2, 0, null));
    call(2, 3, CallState.EXECUTED);
    save(new CallKey(1, 2), null);
    assertThat(counts()).isEqualTo(new StoreCounts(1, 0, 0, null));
  }

  @Test
  void aMailWaitsUntilItIsSentOrGivenUp() throws SQLException {
    mail("a", 0, 5L);
    mail("b", 3, Long.MAX_VALUE);
    mail("c", 1, null);
    assertThat(counts().mailsWaiting()).isEqualTo(2);
  }

  @Test
  void theOldestRunIsTheOneThatWaitsAndNoWorkerHas() throws SQLException {
    run(1, 100, 5);
    run(2, 300, 0);
    run(3, 200, 0);
    assertThat(counts().oldestRunQueuedAtMs()).isEqualTo(200);
  }

  /// A scrape must not walk through all calls: their number is not bounded.
  @Test
  void everyCountWalksThroughAnIndexThatHasOnlyWhatIsCounted() throws SQLException {
    List<String> plan = new ArrayList<>();
    try (Statement statement = connection().createStatement();
        ResultSet row = statement.executeQuery("EXPLAIN QUERY PLAN " + StoreCounts.COUNT)) {
      while (row.next()) {
        plan.add(row.getString("detail"));
      }
    }
    assertThat(
            plan.stream().filter(line -> line.matches("(SCAN|SEARCH) (calls|mails|run_tasks).*")))
        .hasSize(4)
        .anyMatch(line -> line.contains("calls_in_flight"))
        .anyMatch(line -> line.contains("calls_unknown"))
        .anyMatch(line -> line.contains("mails_due"))
        .anyMatch(line -> line.contains("run_tasks_by_age"));
  }

  @Test
  void namesOfToolsAreSoManyAtMost() throws SQLException {
    try (Statement statement = connection().createStatement()) {
      for (int i = 1; i <= 5; i++) {
        statement.executeUpdate(
            """
            INSERT INTO tools (namespace_id, scope_id, name, url, sealed, secret_id, mask, only_v2, timeout_ms,
              max_retries, enabled, created_at_ms)
            VALUES (%d, 'global', 't%d', 'u', 's', 'i', 'm', 0, 1, 0, 1, 1)
            """
                .formatted(i, i / 2));
      }
    }
    Statements statements = new Statements(connection());
    assertThat(StoreCounts.toolNames(statements, 10)).containsExactlyInAnyOrder("t0", "t1", "t2");
    assertThat(StoreCounts.toolNames(statements, 2)).hasSize(2);
  }
}
