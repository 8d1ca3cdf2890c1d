package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunQueries.EventPage;
import dev.onceonly.testkit.ManualTime;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.ProgressHandler;

/// What a deep page costs, counted in instructions of SQLite's machine: a few for each row that is
/// skipped, since it is skipped in an index, and none at all where a list is read on.
final class PagingCostTest {
  private static final int ROWS = 20_000;
  private static final int DEEP = ROWS - 100;
  private static final int LIMIT = 50;

  /// Reading, comparing and moving on, twice: once to find the place, once to count up to it.
  private static final int PER_SKIPPED_MAX = 12;

  @TempDir private Path path;
  private final AtomicLong looks = new AtomicLong();
  private StoreFolder folder;
  private Connection connection;
  private SqliteTables tables;

  @BeforeEach
  void makeRows() throws SQLException {
    folder = new StoreFolder(path, new ManualTime(Instant.parse("2026-11-05T10:00:00Z")));
    folder.open();
    folder.close();
    connection = SqliteConnections.copying(folder.database());
    fill();
    tables = new SqliteTables(connection);
    ProgressHandler.setHandler(
        connection,
        1,
        new ProgressHandler() {
          @Override
          protected int progress() {
            looks.incrementAndGet();
            return 0;
          }
        });
  }

  private void fill() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
          INSERT INTO runs SELECT i, 1, printf('run-%06d', i * 7919 % 20000), i / 10, i, 'note', NULL, 1, '' FROM n
          """);
      statement.executeUpdate(
          """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
          INSERT INTO run_events SELECT i, 1, i / 10, i, 'note', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            NULL
          FROM n
          """);
      statement.executeUpdate(
          """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
          INSERT INTO calls SELECT i, 1, 1, 5, 'a', 't', 's', x'00', NULL, NULL, 0, i, x'00', 'k', 1, 'b', 0, 0, i,
            200, NULL, NULL, NULL, NULL
          FROM n
          """);
    }
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    folder.close();
  }

  @Test
  void aDeepPageOfRunsStepsThroughAnIndex() throws SQLException {
    assertThat(tables.runs.page(1, "", LIMIT, 0).total()).isEqualTo(ROWS);
    long first = cost(() -> tables.runs.page(1, "", LIMIT, 0));
    long deep = cost(() -> tables.runs.page(1, "", LIMIT, DEEP));
    assertThat(deep - first).isLessThan((long) PER_SKIPPED_MAX * DEEP);
    assertThat(first).as("its total is not counted").isLessThan(ROWS);
  }

  @Test
  void aDeepPageOfEventsStepsThroughAnIndexAndReadingOnCostsNothingMore() throws SQLException {
    RunKey run = new RunKey(1, "run-007919");
    long first = cost(() -> tables.events.page(run, LIMIT, 0));
    long deep = cost(() -> tables.events.page(run, LIMIT, DEEP));
    assertThat(deep - first).isLessThan((long) PER_SKIPPED_MAX * DEEP);
    EventPage.Found last = tables.events.page(run, 1, DEEP).items().getFirst();
    assertThat(cost(() -> tables.events.after(run, last.cursor(), LIMIT))).isLessThan(100 * LIMIT);
  }

  @Test
  void aDeepPageOfCallsStepsThroughAnIndex() throws SQLException {
    CallTable.CallFilter all = new CallTable.CallFilter(1, null, null);
    long first = cost(() -> tables.calls.page(all, LIMIT, 0));
    long deep = cost(() -> tables.calls.page(all, LIMIT, DEEP));
    assertThat(deep - first).isLessThan((long) PER_SKIPPED_MAX * DEEP);
  }

  @Test
  void aPrefixThatAllHaveIsWalkedAndOneThatFewHaveIsSorted() throws SQLException {
    long all = cost(() -> tables.runs.page(1, "run-", LIMIT, 0));
    long few = cost(() -> tables.runs.page(1, "run-0000", LIMIT, 0));
    assertThat(all).as("counted, not sorted").isLessThan((long) PER_SKIPPED_MAX * ROWS);
    assertThat(few).isLessThan(ROWS);
  }

  private long cost(Read read) throws SQLException {
    looks.set(0);
    read.run();
    return looks.get();
  }

  /// A page that is thrown away.
  @FunctionalInterface
  private interface Read {
    Object run() throws SQLException;
  }
}
