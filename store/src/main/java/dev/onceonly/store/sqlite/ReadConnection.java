package dev.onceonly.store.sqlite;

import dev.onceonly.core.Failure;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;

/// One read-only connection and its tables, opened by its first read. For one thread.
final class ReadConnection implements AutoCloseable {
  /// SQLite looks at the deadline after so many instructions of its machine: some 50 µs.
  private static final int INSTRUCTIONS_BETWEEN_LOOKS = 2_000;

  private final Source source;
  private @Nullable SqliteTables tables;
  private long deadline;

  /// Where connections come from.
  ///
  /// @param clock monotonic, in nanoseconds
  record Source(Path database, LongSupplier clock) {
    long nanos() {
      return clock.getAsLong();
    }
  }

  ReadConnection(Source source) {
    this.source = source;
  }

  /// Reads until the deadline.
  ///
  /// @throws Failure `OVERLOADED` where it has passed before the read began
  /// @throws SQLException `SQLITE_INTERRUPT` where it passes meanwhile
  <R extends @Nullable Object> R run(ReadLane.Query<R> query, long until) throws SQLException {
    deadline = until;
    if (hasPassed()) {
      throw Failure.overloaded("the read waited too long");
    }
    SqliteTables on = tables();
    try {
      return query.run(on);
    } catch (SQLException e) {
      on.statements.forget();
      throw e;
    } finally {
      on.forgetPlaces();
    }
  }

  private boolean hasPassed() {
    return source.nanos() - deadline > 0;
  }

  private SqliteTables tables() {
    SqliteTables opened = tables;
    if (opened == null) {
      try {
        Connection connection = SqliteConnections.reader(source.database());
        ProgressHandler.setHandler(connection, INSTRUCTIONS_BETWEEN_LOOKS, new Deadline());
        opened = new SqliteTables(connection);
        tables = opened;
      } catch (SQLException e) {
        throw SqliteFaults.during("open", e);
      }
    }
    return opened;
  }

  private final class Deadline extends ProgressHandler {
    @Override
    protected int progress() {
      return hasPassed() ? 1 : 0;
    }
  }

  @Override
  public void close() {
    if (tables != null) {
      try {
        tables.statements.connection().close();
      } catch (SQLException e) {
        throw SqliteFaults.during("close", e);
      }
    }
  }
}
