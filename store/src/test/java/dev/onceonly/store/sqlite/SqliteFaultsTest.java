package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.onceonly.store.SessionException.Meaning;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// What SQLite's errors mean for the lane.
final class SqliteFaultsTest {
  @Test
  void aFullDatabaseMeansNoSpaceAndNothingApplied(@TempDir Path path) throws SQLException {
    try (Connection connection = SqliteConnections.copying(path.resolve("full.db"));
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("CREATE TABLE t (x TEXT)");
      statement.executeUpdate("PRAGMA max_page_count = 4");
      SQLException full =
          catchThrowableOfType(
              SQLException.class,
              () -> statement.executeUpdate("INSERT INTO t VALUES (zeroblob(100000))"));
      assertThat(SqliteFaults.during("save", full).meaning()).isEqualTo(Meaning.NO_SPACE);
      assertThat(SqliteFaults.duringCommit(full).meaning()).isEqualTo(Meaning.NO_SPACE);
    }
  }

  @Test
  void aFailedFlushIsAnUnknownOutcomeInTheCommitOnly() {
    SQLException fault = new SQLiteException("flush", SQLiteErrorCode.SQLITE_IOERR_FSYNC);
    assertThat(SqliteFaults.during("save", fault).meaning()).isEqualTo(Meaning.BROKEN);
    assertThat(SqliteFaults.duringCommit(fault).meaning()).isEqualTo(Meaning.OUTCOME_UNKNOWN);
  }

  @Test
  void noSpaceForTheIndexOfTheLogIsAnUnknownOutcomeInTheCommitAndStopsNothing() {
    SQLException fault = new SQLiteException("index", SQLiteErrorCode.SQLITE_IOERR_SHMSIZE);
    assertThat(SqliteFaults.during("load", fault).meaning()).isEqualTo(Meaning.NO_SPACE);
    assertThat(SqliteFaults.duringCommit(fault).meaning()).isEqualTo(Meaning.NO_SPACE_AFTER_FLUSH);
  }

  @ParameterizedTest
  @EnumSource(
      value = SQLiteErrorCode.class,
      names = {
        "SQLITE_BUSY",
        "SQLITE_BUSY_RECOVERY",
        "SQLITE_BUSY_SNAPSHOT",
        "SQLITE_LOCKED",
        "SQLITE_PROTOCOL"
      })
  void aLockIsNoFullDiskAndInTheCommitTooNothingWasApplied(SQLiteErrorCode code) {
    SQLException fault = new SQLiteException("locked", code);
    assertThat(SqliteFaults.during("begin", fault).meaning()).isEqualTo(Meaning.BUSY);
    assertThat(SqliteFaults.duringCommit(fault).meaning()).isEqualTo(Meaning.BUSY);
    assertThat(SqliteFaults.duringCheckpoint(fault).meaning()).isEqualTo(Meaning.BUSY);
  }

  @Test
  void damageIsBrokenAndWhatAStatementDoesWrongIsItsOwn() {
    SQLException damage = new SQLiteException("damage", SQLiteErrorCode.SQLITE_CORRUPT);
    SQLException wrong = new SQLiteException("twice", SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE);
    SQLException driver = new SQLException("closed");
    assertThat(SqliteFaults.during("load", damage).meaning()).isEqualTo(Meaning.BROKEN);
    assertThat(SqliteFaults.during("save", wrong).meaning()).isEqualTo(Meaning.STATEMENT_REFUSED);
    assertThat(SqliteFaults.during("save", driver).meaning()).isEqualTo(Meaning.STATEMENT_REFUSED);
    assertThat(SqliteFaults.duringCommit(wrong).meaning()).isEqualTo(Meaning.OUTCOME_UNKNOWN);
    assertThat(SqliteFaults.duringCommit(driver).meaning()).isEqualTo(Meaning.OUTCOME_UNKNOWN);
  }
}
