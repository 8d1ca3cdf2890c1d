package dev.onceonly.store.sqlite;

import static dev.onceonly.testkit.FreeStep.counting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.testkit.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a start accepts, what it refuses, and the clock that it sets.
final class StoreStartTest {
  @TempDir private Path path;
  private final ManualTime time = new ManualTime(Instant.parse("2026-11-05T10:00:00.000001Z"));
  private StoreFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new StoreFolder(path, time);
  }

  @AfterEach
  void close() {
    folder.close();
  }

  @Test
  void theClockNeverRunsBackwardsOverARestart() {
    time.advance(Duration.ofMinutes(5));
    SqliteStore store = folder.open();
    store.run(counting("counter"));
    Instant last = store.now();
    folder.close();
    time.jumpWall(Duration.ofSeconds(-59));
    SqliteStore again = folder.open();
    assertThat(again.now()).isEqualTo(last);
    time.advanceMs(7);
    assertThat(again.now()).isEqualTo(last.plusMillis(7));
    assertThat(again.clockDrift()).isEqualTo(Duration.ofSeconds(59));
  }

  @Test
  void aWallClockMoreThanSixtySecondsBehindIsRefusedUnlessAccepted() {
    folder.open().run(counting("counter"));
    Instant last = time.now();
    folder.close();
    time.jumpWall(Duration.ofMinutes(-1));
    folder.open();
    folder.close();
    time.jumpWall(Duration.ofMillis(-1));
    assertThatThrownBy(folder::open)
        .isInstanceOf(StoreRefused.class)
        .hasMessageContaining("60 s behind")
        .hasMessageContaining("--accept-clock");
    SqliteStore accepted = folder.open(SqliteSettings.DEFAULT, session -> session, true);
    assertThat(accepted.now()).isEqualTo(last);
    assertThat(accepted.run(counting("counter"))).isEqualTo(2);
  }

  @Test
  void aWallClockThatJumpsMovesNothingInARunningStore() {
    SqliteStore store = folder.open();
    Instant before = store.now();
    time.jumpWall(Duration.ofDays(365));
    assertThat(store.now()).isEqualTo(before);
    assertThat(store.clockDrift()).isEqualTo(Duration.ofDays(-365));
    time.jumpWall(Duration.ofDays(-700));
    assertThat(store.now()).isEqualTo(before);
  }

  @Test
  void aWallClockAheadMovesTheNextStart() {
    folder.open().run(counting("counter"));
    folder.close();
    time.jumpWall(Duration.ofDays(1));
    assertThat(folder.open().now()).isEqualTo(time.wall().instant());
  }

  @Test
  void aFolderIsOpenOnce() {
    folder.open();
    assertThatThrownBy(() -> new StoreFolder(path, time).open())
        .isInstanceOf(StoreRefused.class)
        .hasMessageContaining("is held by another process");
    folder.close();
    assertThat(folder.open().run(counting("counter"))).isEqualTo(1);
  }

  @Test
  void aNewerSchemaIsRefused() throws SQLException {
    folder.open().run(counting("counter"));
    folder.close();
    execute("PRAGMA user_version = 99");
    assertThatThrownBy(folder::open)
        .isInstanceOf(StoreRefused.class)
        .hasMessageContaining("newer OnceOnly")
        .hasMessageContaining("99");
    execute("PRAGMA user_version = " + Migrations.FILES.size());
    assertThat(folder.open().run(counting("counter"))).isEqualTo(2);
  }

  @Test
  void anotherProgramsDatabaseIsRefusedAndNotAddedTo() throws SQLException {
    execute("CREATE TABLE customers (name TEXT)");
    assertForeign();
    execute("PRAGMA user_version = 1");
    assertForeign();
    execute("PRAGMA application_id = 42");
    assertForeign();
    execute("INSERT INTO customers VALUES ('still here')");
    assertThatThrownBy(() -> execute("INSERT INTO locks (arrival) VALUES (1)"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("no such table");
  }

  @Test
  void anEmptyDatabaseOfAnotherProgramIsRefused() throws SQLException {
    execute("PRAGMA application_id = 42");
    assertForeign();
  }

  @Test
  void aFileThatIsNoDatabaseIsRefused() throws IOException {
    Files.writeString(
        folder.database(), "this is not a database, whatever its name says\n".repeat(99));
    assertThatThrownBy(folder::open)
        .isInstanceOf(StoreRefused.class)
        .hasMessageContaining("NOTADB");
  }

  @Test
  void aStoreThatWasNeverStartedLetsItsFilesGo() {
    DataFolder held = DataFolder.hold(path);
    TimeSources sources = new TimeSources(time.wall(), time.nanos());
    SqliteStore store =
        SqliteStore.open(held, new SqliteStore.Opening(SqliteSettings.DEFAULT, sources, false));
    store.close();
    held.close();
    assertThat(path.resolve("onceonly.db-wal")).doesNotExist();
    assertThat(folder.open().run(counting("counter"))).isEqualTo(1);
  }

  @Test
  void aRefusedStartLetsItsFilesGo() {
    folder.open().run(counting("counter"));
    folder.close();
    time.jumpWall(Duration.ofDays(-1));
    assertThatThrownBy(folder::open).isInstanceOf(StoreRefused.class);
    assertThat(path.resolve("onceonly.db-wal")).doesNotExist();
  }

  private void assertForeign() {
    assertThatThrownBy(folder::open)
        .isInstanceOf(StoreRefused.class)
        .hasMessageContaining("not one of OnceOnly's");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = SqliteConnections.copying(folder.database());
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
