package dev.onceonly.store.sqlite;

import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// The tables and their sweep on a database of their own, without lane and clock.
abstract class TablesUnderTest {
  static final long LEASES_KEPT_MS = 1_000;
  static final long EVENTS_KEPT_MS = 3_000;
  static final long AUDIT_KEPT_MS = 2_000;
  static final long AGENTS_KEPT_MS = 4_000;
  static final String HASH = "0123456789abcdef".repeat(4);
  @TempDir private Path path;
  private Connection connection;
  private SqliteTables tables;
  private Sweep sweep;

  @BeforeEach
  void open() throws SQLException {
    Path file = path.resolve("onceonly.db");
    SqliteConnections.create(file);
    connection = SqliteConnections.writer(file, SynchronousMode.OFF);
    Migrations.apply(connection);
    tables = new SqliteTables(connection);
    sweep =
        new Sweep(
            tables,
            new SqliteSettings.Retention(
                Duration.ofMillis(LEASES_KEPT_MS),
                Duration.ZERO,
                Duration.ofMillis(EVENTS_KEPT_MS),
                Duration.ofMillis(AUDIT_KEPT_MS),
                Duration.ofMillis(AGENTS_KEPT_MS)));
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  final Connection connection() {
    return connection;
  }

  final <T> void save(RowKey<T> key, @Nullable T row) throws SQLException {
    tables.save(new Change<>(key, row));
    tables.forgetPlaces();
  }

  final <T> @Nullable T load(RowKey<T> key) throws SQLException {
    T row = tables.load(key);
    tables.forgetPlaces();
    return row;
  }

  /// A row that must be there.
  final <T> T stored(RowKey<T> key) throws SQLException {
    T row = load(key);
    if (row == null) {
      throw new AssertionError("no row of " + key);
    }
    return row;
  }

  /// One piece of a round.
  final Sweep.Piece sweepPiece(long nowMs) throws SQLException {
    Sweep.Piece piece = sweep.next(nowMs);
    tables.forgetPlaces();
    return piece;
  }

  /// One whole round; how many rows it deleted.
  final int sweepAll(long nowMs) throws SQLException {
    int deleted = 0;
    Sweep.Piece piece;
    do {
      piece = sweepPiece(nowMs);
      deleted += piece.deleted();
    } while (!piece.roundDone());
    return deleted;
  }

  final int count(String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
      return row.getInt(1);
    }
  }

  /// Changes the database behind the tables' back.
  final void tamper(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
