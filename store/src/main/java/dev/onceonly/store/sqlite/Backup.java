package dev.onceonly.store.sqlite;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.sqlite.SQLiteConfig;

/// Copies of a store: taken beside a running one, put back only where none runs.
public final class Backup {
  private Backup() {}

  /// Writes one consistent copy of the database to a new file, flushed before this returns. Readers
  /// and the lane go on meanwhile.
  ///
  /// @throws StoreRefused if the file exists or can't be written
  static void write(Path database, Path file) {
    if (Files.exists(file)) {
      throw new StoreRefused("the file " + file + " exists already; a backup overwrites nothing");
    }
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      forget(partial);
      PrivateFiles.create(partial);
      try (Connection connection = SqliteConnections.copying(database);
          PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
        vacuum.setString(1, partial.toAbsolutePath().toString());
        vacuum.executeUpdate();
      }
      flush(partial);
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      flush(partial.toAbsolutePath().resolve("..").normalize());
    } catch (IOException | SQLException e) {
      throw new StoreRefused("the backup to " + file + " failed: " + e.getMessage());
    }
  }

  /// How far a restore has come; killed at any of them, the folder has the one store or the other.
  enum Stage {
    COPIED,
    FOLDED,
    PREPARED,
    LOG_GONE,
    REPLACED
  }

  /// Puts a backup into a folder that the caller holds. The store then starts above the clock of
  /// everything that was ever in the folder or in the backup, and nothing moves by itself until it
  /// is resumed. Ended at any point, the folder has either the whole store that was in it, or this
  /// one.
  ///
  /// @param replace whether a store that is in the folder may be replaced
  /// @throws StoreRefused if the file is no backup of ours, is damaged, or the folder has a store
  public static void restore(Path file, DataFolder folder, boolean replace, Instant now) {
    restore(file, folder, replace, now, _ -> {});
  }

  /// As above; a test looks at the folder at each stage.
  static void restore(
      Path file, DataFolder folder, boolean replace, Instant now, Consumer<Stage> reached) {
    if (!Files.isRegularFile(file)) {
      throw new StoreRefused("there is no file " + file);
    }
    boolean exists = Files.exists(folder.database());
    if (exists && !replace) {
      throw new StoreRefused(
          "the folder " + folder.path() + " has a store already; give --replace to replace it");
    }
    Path partial = folder.path().resolve("onceonly.db.restoring");
    try {
      copy(file, partial);
      reached.accept(Stage.COPIED);
      long floorUs = exists ? fold(folder) : 0;
      reached.accept(Stage.FOLDED);
      prepare(partial, Math.max(floorUs, SqliteStart.toMicros(now)));
      flush(partial);
      reached.accept(Stage.PREPARED);
      Files.deleteIfExists(folder.path().resolve("onceonly.db-wal"));
      Files.deleteIfExists(folder.path().resolve("onceonly.db-shm"));
      folder.flush();
      reached.accept(Stage.LOG_GONE);
      Files.move(partial, folder.database(), StandardCopyOption.ATOMIC_MOVE);
      folder.flush();
      reached.accept(Stage.REPLACED);
    } catch (IOException e) {
      throw new UncheckedIOException("the restore failed", e);
    } catch (SQLException e) {
      throw new StoreRefused(
          "the file " + file + " is not a backup that can be restored: " + e.getMessage());
    }
  }

  private static void copy(Path file, Path partial) throws IOException {
    forget(partial);
    PrivateFiles.create(partial);
    try (OutputStream out = Files.newOutputStream(partial)) {
      Files.copy(file, out);
    }
  }

  /// A copy that was begun earlier, with what SQLite may have left beside it: its journal would be
  /// rolled back into the next one.
  private static void forget(Path partial) throws IOException {
    for (String suffix : List.of("", "-journal", "-wal", "-shm")) {
      Files.deleteIfExists(partial.resolveSibling(partial.getFileName() + suffix));
    }
  }

  /// Folds the old store's log into its database and flushes that: from then on the log, which must
  /// not lie beside another database, can go without taking anything along.
  ///
  /// @return the old store's last instant, microseconds
  private static long fold(DataFolder folder) {
    try (Connection old =
        SqliteConnections.writer(folder.database(), SQLiteConfig.SynchronousMode.FULL)) {
      if (Checkpoints.checkpoint(old, "TRUNCATE").busy()) {
        throw new StoreRefused("another program is using the database in " + folder.path());
      }
      return new StateValues(new Statements(old)).load(StateValues.LAST_INSTANT_US);
    } catch (SQLException e) {
      throw new StoreRefused(
          "the store in "
              + folder.path()
              + " can't be read, so it can't be replaced without losing what is in it ("
              + e.getMessage()
              + "); move its files onceonly.db* away first");
    }
  }

  /// Checks the copy, marks it as restored, and leaves it as one file.
  private static void prepare(Path database, long floorUs) throws SQLException {
    try (Connection connection = SqliteConnections.copying(database)) {
      if (Migrations.pragma(connection, "application_id") != Migrations.APPLICATION_ID) {
        throw new StoreRefused("the file is not a backup of OnceOnly's");
      }
      if (Migrations.pragma(connection, "user_version") > Migrations.FILES.size()) {
        throw new StoreRefused("the backup was written by a newer OnceOnly");
      }
      // An older backup has not all the tables that are looked at.
      Migrations.apply(connection);
      StoreCheck.Findings findings = StoreCheck.run(connection);
      if (!findings.isSound()) {
        throw new StoreRefused("the backup is damaged: " + findings.problems().getFirst());
      }
      StateValues state = new StateValues(new Statements(connection));
      state.save(
          StateValues.LAST_INSTANT_US, Math.max(floorUs, state.load(StateValues.LAST_INSTANT_US)));
      state.save(StateValues.PAUSED, 1);
    }
  }

  private static void flush(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
