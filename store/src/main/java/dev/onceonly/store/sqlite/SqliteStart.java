package dev.onceonly.store.sqlite;

import dev.onceonly.store.ClockSinceStart;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// The first steps on a data folder, before any other write: fold the log into the database and
/// flush it, bring the tables up to date, and set the clock.
final class SqliteStart {
  private static final Duration CLOCK_AHEAD_MAX = Duration.ofSeconds(60);

  private SqliteStart() {}

  /// A database that has been folded and brought up to date, and the clock on it.
  record Opened(Connection connection, SqliteTables tables, ClockSinceStart clock) {}

  /// Opens the lane's connection; makes a store where there was never one. A start that is refused
  /// lets the files go.
  static Opened open(DataFolder folder, SqliteStore.Opening opening) throws SQLException {
    if (folder.hasStore()) {
      StoreFiles.requireContent(folder.database());
      if (opening.sweeps()) {
        StoreFiles.warnOfLeftover(folder);
      }
    } else {
      StoreFiles.make(folder);
    }
    Connection connection =
        SqliteConnections.writer(folder.database(), opening.settings().synchronous());
    try {
      foldLog(folder, connection);
      SqliteTables tables = new SqliteTables(connection);
      StateValues state = new StateValues(tables.statements);
      return new Opened(connection, tables, clock(state, opening.time(), opening.acceptClock()));
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /// Frames that a failed flush has lost would take later, acknowledged ones with them at a power
  /// cut: so nothing is written behind a log that has not been folded and flushed.
  private static void foldLog(DataFolder folder, Connection lane) throws SQLException {
    Checkpoints.Progress progress = Checkpoints.checkpoint(lane, "TRUNCATE");
    if (progress.busy()) {
      throw new StoreRefused("another program is using the database in " + folder.path());
    }
    StoreFiles.requireWhole(folder.database(), lane);
    Migrations.apply(lane);
    Checkpoints.checkpoint(lane, "TRUNCATE");
    try {
      folder.flush();
    } catch (IOException e) {
      throw new StoreRefused(
          "the data folder " + folder.path() + " can't be flushed: " + StoreFiles.reason(e));
    }
  }

  /// The store's clock, no earlier than the last instant that was persisted.
  ///
  /// @param acceptClock start even if the persisted instant lies more than 60 s ahead of the wall
  ///   clock
  /// @throws StoreRefused otherwise
  private static ClockSinceStart clock(StateValues state, TimeSources time, boolean acceptClock)
      throws SQLException {
    Instant floor = fromMicros(state.load(StateValues.LAST_INSTANT_US));
    Duration ahead = Duration.between(time.wall().instant(), floor);
    if (ahead.compareTo(CLOCK_AHEAD_MAX) > 0 && !acceptClock) {
      throw new StoreRefused(
          "the wall clock is "
              + ahead.toSeconds()
              + " s behind the last change in the data folder ("
              + floor
              + "); set it right, or start with --accept-clock to go on from that instant");
    }
    return new ClockSinceStart(time.wall(), time.nanos(), floor);
  }

  static long toMicros(Instant instant) {
    return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + instant.getNano() / 1_000;
  }

  static Instant fromMicros(long micros) {
    return Instant.ofEpochSecond(
        micros / 1_000_000, TimeUnit.MICROSECONDS.toNanos(micros % 1_000_000));
  }
}
