package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.usage.DayKey;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.testkit.FreeStep;
import dev.onceonly.testkit.ManualTime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store of an earlier version is brought up to date with all that it has.
final class MigrationTest {
  private static final DayRow DAY =
      new DayRow(new DayRow.Make(1, 2, 3, 4), new DayRow.Ai(5, 6, 7, 8, 9, 10));
  @TempDir private Path path;
  private final ManualTime time = new ManualTime(Instant.parse("2026-11-05T10:00:00Z"));
  private StoreFolder folder;

  @BeforeEach
  void makeFolder() throws IOException {
    PrivateFiles.createFolder(path.resolve("data"));
    folder = new StoreFolder(path.resolve("data"), time);
  }

  @AfterEach
  void close() {
    folder.close();
  }

  @Test
  void aStoreWithoutGovernanceKeepsItsRowsAndGetsTheNewTables() throws Exception {
    makeFirstVersion(folder.database());
    hasBeenBroughtUpToDate(folder.open());
    folder.close();
    hasBeenBroughtUpToDate(folder.open());
  }

  @Test
  void theFeedsRingAndTheRunsOfTheSecondVersionAreTakenOver() throws Exception {
    makeFirstVersion(folder.database());
    try (Connection connection = SqliteConnections.copying(folder.database());
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(tables(Migrations.FILES.get(1)));
      statement.executeUpdate("PRAGMA user_version = 2");
      statement.executeUpdate("DELETE FROM feed_items");
      statement.executeUpdate(
          """
          WITH RECURSIVE n(i) AS (SELECT 51 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
          INSERT INTO feed_items (namespace_id, slot, number, at_ms, type, key)
          SELECT 1, i %% 200, i, %d, 'DUPLICATE', i FROM n
          """
              .formatted(time.now().toEpochMilli()));
      statement.executeUpdate(
          "INSERT INTO runs VALUES (1, 1, 'a', 1, 1, 'note', NULL, 0), (2, 1, 'b', 1, 1, 'note', NULL, 0), "
              + "(3, 2, 'c', 1, 1, 'note', NULL, 0)");
    }
    SqliteStore store = folder.open();
    assertThat(keys(store)).hasSize(200).startsWith("250", "249").endsWith("51");
    assertThat(store.runs(1, "", 1, 0).total()).isEqualTo(2);
    assertThat(store.check().problems()).isEmpty();
    store.run(
        FreeStep.telling(
            new FeedItem(1, time.now().toEpochMilli(), FeedItem.Type.DUPLICATE, "new", null)));
    folder.close();
    assertThat(keys(folder.open())).hasSize(200).startsWith("new", "250").endsWith("52");
  }

  private static List<String> keys(SqliteStore store) {
    return store.feed().latest(1, 500, 0).stream().map(item -> String.valueOf(item.key())).toList();
  }

  @Test
  void aBackupOfAnEarlierVersionIsRestored() throws Exception {
    Path backup = path.resolve("old.backup");
    makeFirstVersion(backup);
    try (DataFolder held = DataFolder.hold(folder.path())) {
      Backup.restore(backup, held, false, time.now());
    }
    SqliteStore store = folder.open();
    assertThat(store.isPaused()).isTrue();
    hasBeenBroughtUpToDate(store);
  }

  private void hasBeenBroughtUpToDate(SqliteStore store) {
    assertThat(store.get(new DayKey(1, 20_000))).isEqualTo(DAY);
    assertThat(store.feed().latest(1, 10, 0))
        .containsExactly(
            new FeedItem(1, time.now().toEpochMilli(), FeedItem.Type.DUPLICATE, "k", null));
    assertThat(store.policies(1)).isEmpty();
    assertThat(store.calls(1, null, null, 10, 0).total()).isZero();
    assertThat(store.check().problems()).isEmpty();
  }

  /// What the first version made, with a day's figures and an item of the feed.
  private void makeFirstVersion(Path file) throws SQLException, IOException {
    SqliteConnections.create(file);
    try (Connection connection = SqliteConnections.copying(file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(tables(Migrations.FILES.getFirst()));
      statement.executeUpdate("PRAGMA application_id = " + Migrations.APPLICATION_ID);
      statement.executeUpdate("PRAGMA user_version = 1");
      statement.executeUpdate(
          "INSERT INTO usage_days VALUES (1, 20000, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)");
      statement.executeUpdate(
          "INSERT INTO feed_items VALUES (1, 1, 1, "
              + time.now().toEpochMilli()
              + ", 'DUPLICATE', 'k', NULL)");
    }
  }

  private static String tables(String file) throws IOException {
    try (InputStream in = Migrations.class.getResourceAsStream("migrations/" + file)) {
      if (in == null) {
        throw new AssertionError("a migration is missing: " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
