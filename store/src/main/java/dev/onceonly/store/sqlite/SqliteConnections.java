package dev.onceonly.store.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.LockingMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TempStore;
import org.sqlite.SQLiteConnection;

/// Opens connections with the settings that the promise rests on: a write-ahead log that is flushed
/// at every commit, and checkpoints only when the store says so.
final class SqliteConnections {

  /// Small, because the log writes whole pages and a random key dirties one.
  static final int PAGE_BYTES = 1_024;

  /// Small too: whenever an index page is split, the commit goes through the whole cache once, and
  /// with 32 MiB that was two fifths of the lane's time (docs/decisions/0008).
  private static final int CACHE_KIB = 2 * 1_024;

  /// A reader waits this long where a checkpoint or recovery holds the log's index.
  private static final int BUSY_MS = 5_000;

  /// The lane and the checkpoints wait this long for a lock: a reader that finds the head of the
  /// log's index half written takes the write lock for a moment. Another program may hold it for
  /// longer; then callers are told to come again, well before they give up (after 5 s, published
  /// clients go ahead unprotected).
  static final int WRITER_BUSY_MS = 1_000;

  private SqliteConnections() {}

  /// Makes the file if there is none. The size of pages has to be settled before the log's mode,
  /// which the driver's own settings do in another order.
  static void create(Path file) throws SQLException {
    if (!Files.exists(file)) {
      try {
        // Empty, it is a database to SQLite; what SQLite makes beside it gets its mode.
        PrivateFiles.create(file);
      } catch (IOException e) {
        throw new StoreRefused("can't make the database " + file + ": " + StoreFiles.reason(e));
      }
    }
    try (Connection connection = copying(file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA page_size = " + PAGE_BYTES);
      statement.execute("PRAGMA journal_mode = WAL");
    }
  }

  static Connection writer(Path file, SynchronousMode synchronous) throws SQLException {
    SQLiteConfig config = config(synchronous);
    config.setBusyTimeout(WRITER_BUSY_MS);
    return config.createConnection(url(file));
  }

  static Connection reader(Path file) throws SQLException {
    SQLiteConfig config = config(SynchronousMode.FULL);
    config.setBusyTimeout(BUSY_MS);
    Connection connection = config.createConnection(url(file));
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA query_only = ON");
    }
    return connection;
  }

  /// Runs a statement that is to give up at once where a lock is held.
  static <R> R withoutWaiting(Connection connection, SqlCall<R> call) throws SQLException {
    waitForLocks(connection, 0);
    try {
      return call.run();
    } finally {
      waitForLocks(connection, WRITER_BUSY_MS);
    }
  }

  private static void waitForLocks(Connection connection, int waitMs) throws SQLException {
    ((SQLiteConnection) connection).setBusyTimeout(waitMs);
  }

  /// Something done with a connection.
  @FunctionalInterface
  interface SqlCall<R> {
    R run() throws SQLException;
  }

  /// For whole copies: reads everything, and leaves the journal's mode as it is.
  static Connection copying(Path file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MS);
    config.setSynchronous(SynchronousMode.FULL);
    config.setCacheSize(-CACHE_KIB);
    return config.createConnection(url(file));
  }

  /// Ends the use of a log beside the database; false where it can't be ended.
  static boolean leaveLog(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet mode = statement.executeQuery("PRAGMA journal_mode = DELETE")) {
      return mode.next() && mode.getString(1).equals("delete");
    }
  }

  private static SQLiteConfig config(SynchronousMode synchronous) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(JournalMode.WAL);
    config.setLockingMode(LockingMode.NORMAL);
    config.setSynchronous(synchronous);
    config.setTempStore(TempStore.MEMORY);
    config.setCacheSize(-CACHE_KIB);
    config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "0");
    // Else the driver asks for the last row id after every single update.
    config.setGetGeneratedKeys(false);
    return config;
  }

  private static String url(Path file) {
    return "jdbc:sqlite:" + file.toAbsolutePath();
  }
}
