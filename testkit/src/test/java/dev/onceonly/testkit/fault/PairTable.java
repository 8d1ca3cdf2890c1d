package dev.onceonly.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// A SQLite table in which each transaction adds a pair of rows far apart, `n` and `-n`: either
/// both are there or none. Each row's content follows from its number. Not thread-safe.
final class PairTable implements AutoCloseable {
  private static final String CREATE =
      "CREATE TABLE IF NOT EXISTS pair (n INTEGER PRIMARY KEY, content TEXT NOT NULL)";
  private static final String INSERT = "INSERT INTO pair (n, content) VALUES (?, ?), (?, ?)";
  private static final String SELECT = "SELECT n, content FROM pair";
  private static final String HAS_TABLE = "SELECT count(*) FROM sqlite_schema WHERE name = 'pair'";

  private final Connection connection;

  private PairTable(Connection connection) {
    this.connection = connection;
  }

  /// Opens or makes the database in `folder`, in WAL mode with small pages and frequent
  /// checkpoints. `synchronous` is SQLite's word for how much to flush.
  static PairTable open(Path folder, String synchronous) throws SQLException {
    PairTable table = connect(folder);
    table.execute("PRAGMA page_size = 1024");
    table.execute("PRAGMA journal_mode = WAL");
    table.execute("PRAGMA wal_autocheckpoint = 40");
    table.execute("PRAGMA synchronous = " + synchronous);
    table.execute(CREATE);
    return table;
  }

  void insert(long n) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setLong(1, n);
      insert.setString(2, content(n));
      insert.setLong(3, -n);
      insert.setString(4, content(-n));
      insert.executeUpdate();
    }
  }

  /// Fails unless the database in `folder` is sound and holds whole pairs, among them all
  /// `promised`.
  static void check(Path folder, Collection<Long> promised) throws SQLException {
    try (PairTable table = connect(folder)) {
      Set<Long> found = table.numbers();
      // Set differences, because AssertJ's containsAll takes quadratic time.
      assertThat(found.stream().filter(n -> !found.contains(-n))).as("halves of pairs").isEmpty();
      assertThat(promised.stream().filter(n -> !found.contains(n))).as("lost pairs").isEmpty();
    }
  }

  private static PairTable connect(Path folder) throws SQLException {
    return new PairTable(DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("pairs.db")));
  }

  private Set<Long> numbers() throws SQLException {
    Set<Long> numbers = new HashSet<>();
    try (Statement statement = connection.createStatement()) {
      assertThat(text(statement, "PRAGMA integrity_check")).isEqualTo("ok");
      if (text(statement, HAS_TABLE).equals("0")) {
        return numbers;
      }
      try (ResultSet rows = statement.executeQuery(SELECT)) {
        while (rows.next()) {
          long n = rows.getLong(1);
          if (!rows.getString(2).equals(content(n))) {
            throw new AssertionError("Row " + n + " has another content");
          }
          numbers.add(n);
        }
      }
      return numbers;
    }
  }

  private static String text(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return row.getString(1);
    }
  }

  private static String content(long n) {
    return Long.toHexString(n * 0x9E3779B97F4A7C15L).repeat(12);
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
