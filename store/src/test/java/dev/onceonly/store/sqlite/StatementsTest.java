package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The driver's statements do not outlive most errors, on a full database for one.
final class StatementsTest {
  private static final String INSERT = "INSERT INTO t VALUES (zeroblob(?))";

  @TempDir private Path path;
  private Path file = Path.of("");

  @BeforeEach
  void makeTable() throws SQLException {
    file = path.resolve("small.db");
    try (Connection connection = SqliteConnections.copying(file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("CREATE TABLE t (x BLOB)");
    }
  }

  private static int insert(Statements statements, int bytes) throws SQLException {
    PreparedStatement insert = statements.get(INSERT);
    insert.setInt(1, bytes);
    return insert.executeUpdate();
  }

  @Test
  void forgottenStatementsWorkAgainAfterAnError() throws SQLException {
    try (Connection connection = SqliteConnections.copying(file);
        Statement limit = connection.createStatement()) {
      limit.execute("PRAGMA max_page_count = 4");
      Statements statements = new Statements(connection);
      assertThat(insert(statements, 10)).isEqualTo(1);
      assertThatThrownBy(() -> insert(statements, 100_000)).hasMessageContaining("SQLITE_FULL");
      statements.forget();
      assertThat(insert(statements, 10)).isEqualTo(1);
    }
  }
}
