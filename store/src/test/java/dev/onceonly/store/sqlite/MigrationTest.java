package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Grant;
import dev.onceonly.core.lease.Ending;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.usage.DayKey;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.testkit.ManualTime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
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
    folder = new StoreFolder(Files.createDirectory(path.resolve("data")), time);
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
    LeaseRow canceled = store.get(new LeaseKey(1, "k"));
    assertThat(canceled)
        .isEqualTo(
            new LeaseRow(
                new Grant(7, 8, 9, 10, null, null),
                2,
                9,
                17,
                new Ending(12, null, "canceled", null, null, null)));
    assertThat(store.policies(1)).isEmpty();
    assertThat(store.calls(1, null, null, 10, 0).total()).isZero();
    assertThat(store.check().problems()).isEmpty();
  }

  /// What the first version made, with a day's figures and an item of the feed.
  private void makeFirstVersion(Path file) throws SQLException, IOException {
    SqliteConnections.create(file);
    try (Connection connection = SqliteConnections.copying(file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(firstTables());
      statement.executeUpdate("PRAGMA application_id = " + Migrations.APPLICATION_ID);
      statement.executeUpdate("PRAGMA user_version = 1");
      statement.executeUpdate(
          "INSERT INTO usage_days VALUES (1, 20000, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)");
      statement.executeUpdate(
          "INSERT INTO feed_items VALUES (1, 1, 1, "
              + time.now().toEpochMilli()
              + ", 'DUPLICATE', 'k', NULL)");
      statement.executeUpdate("INSERT INTO namespaces VALUES ('n', 1, 'free', 1, NULL, 0, 0, 0)");
      statement.executeUpdate(
          "INSERT INTO leases VALUES (1, 1, "
              + KeyHash.of(1, "k")
              + ", 'k', 7, 8, 9, 10, NULL, NULL, 2, 9, 17, 12, NULL, 'canceled', NULL, NULL)");
    }
  }

  private static String firstTables() throws IOException {
    try (InputStream in =
        Migrations.class.getResourceAsStream("migrations/" + Migrations.FILES.getFirst())) {
      if (in == null) {
        throw new AssertionError("the first migration is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
