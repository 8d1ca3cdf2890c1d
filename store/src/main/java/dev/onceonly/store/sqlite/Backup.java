package dev.onceonly.store.sqlite;

import java.io.IOException;
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
      Files.deleteIfExists(partial);
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

  /// Puts a backup into a folder that the caller holds. The store then starts above the clock of
  /// everything that was ever in the folder or in the backup, and nothing moves by itself until it
  /// is resumed.
  ///
  /// @param replace whether a store that is in the folder may be replaced
  /// @throws StoreRefused if the file is no backup of ours, is damaged, or the folder has a store
  public static void restore(Path file, DataFolder folder, boolean replace, Instant now) {
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
      long floorUs = exists ? lastInstant(folder.database()) : 0;
      Files.copy(file, partial, StandardCopyOption.REPLACE_EXISTING);
      prepare(partial, Math.max(floorUs, SqliteStart.toMicros(now)));
      flush(partial);
      Files.deleteIfExists(folder.path().resolve("onceonly.db-wal"));
      Files.deleteIfExists(folder.path().resolve("onceonly.db-shm"));
      Files.move(partial, folder.database(), StandardCopyOption.ATOMIC_MOVE);
      folder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the restore failed", e);
    } catch (SQLException e) {
      throw new StoreRefused(
          "the file " + file + " is not a backup that can be restored: " + e.getMessage());
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

  private static long lastInstant(Path database) throws SQLException {
    try (Connection connection = SqliteConnections.reader(database)) {
      return new StateValues(new Statements(connection)).load(StateValues.LAST_INSTANT_US);
    }
  }

  private static void flush(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
