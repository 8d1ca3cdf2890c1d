package dev.onceonly.store.sqlite;

import dev.onceonly.store.SessionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Copies of a store: taken beside a running one, put back only where none runs.
public final class Backup {
  private static final int COPIED_BYTES = 64 * 1_024;

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

  /// What may become of a store that is in the folder.
  public enum Replacing {
    /// It may not be replaced.
    NOTHING,
    /// Replaced, and what was disabled in it stays disabled.
    KEEPING_DISABLED,
    /// Replaced, and what was disabled in it is enabled where the backup has it so.
    ENABLING_AS_IN_BACKUP
  }

  /// Puts a backup into a folder that the caller holds. The store then starts above the clock of
  /// everything that was ever in the folder or in the backup, and nothing moves by itself until it
  /// is resumed. Ended at any point, the folder has either the whole store that was in it, or this
  /// one; where it fails, it has nothing else.
  ///
  /// @return how what the replaced store knew of who may act differs from the backup
  /// @throws StoreRefused if the file is no backup of ours, is damaged, the folder has a store, or
  ///   can't take another
  public static RestoreReport restore(
      Path file, DataFolder folder, Replacing replacing, Instant now) {
    return restore(file, folder, replacing, now, _ -> {});
  }

  /// As above; a test looks at the folder at each stage.
  static RestoreReport restore(
      Path file, DataFolder folder, Replacing replacing, Instant now, Consumer<Stage> reached) {
    if (!Files.isRegularFile(file)) {
      throw new StoreRefused("there is no file " + file);
    }
    boolean exists = Files.exists(folder.database());
    if (exists && replacing == Replacing.NOTHING) {
      throw new StoreRefused(
          "the folder " + folder.path() + " has a store already; give --replace to replace it");
    }
    Path partial = folder.path().resolve("onceonly.db.restoring");
    boolean done = false;
    try {
      copy(file, partial);
      reached.accept(Stage.COPIED);
      Old old = exists ? fold(folder) : Old.NONE;
      reached.accept(Stage.FOLDED);
      long floorUs = Math.max(old.floorUs, SqliteStart.toMicros(now));
      boolean keepsOff = replacing != Replacing.ENABLING_AS_IN_BACKUP;
      RestoreReport report = prepare(partial, new Old(floorUs, old.security), keepsOff);
      flush(partial);
      reached.accept(Stage.PREPARED);
      Files.deleteIfExists(folder.path().resolve("onceonly.db-wal"));
      Files.deleteIfExists(folder.path().resolve("onceonly.db-shm"));
      folder.flush();
      reached.accept(Stage.LOG_GONE);
      Files.move(partial, folder.database(), StandardCopyOption.ATOMIC_MOVE);
      folder.flush();
      done = true;
      reached.accept(Stage.REPLACED);
      return report;
    } catch (IOException e) {
      throw new StoreRefused("the restore failed and has changed nothing: " + e.getMessage());
    } catch (SQLException e) {
      throw refused(file, e);
    } finally {
      if (!done) {
        clear(partial);
      }
    }
  }

  private static StoreRefused refused(Path file, SQLException fault) {
    return isUnreadable(fault)
        ? new StoreRefused(
            "the file " + file + " is not a backup that can be restored: " + fault.getMessage())
        : failed(fault);
  }

  private static StoreRefused failed(SQLException fault) {
    SessionException told = SqliteFaults.during("the write", fault);
    String why =
        told.meaning() == SessionException.Meaning.NO_SPACE
            ? "the disk is full"
            : String.valueOf(fault.getMessage());
    return new StoreRefused("the restore failed and has changed nothing: " + why);
  }

  /// Whether it is the database that is wrong, and not what it lies on.
  private static boolean isUnreadable(SQLException fault) {
    if (!(fault instanceof SQLiteException sqlite)) {
      return true;
    }
    int primary = sqlite.getResultCode().code & 0xff;
    return primary == SQLiteErrorCode.SQLITE_CORRUPT.code
        || primary == SQLiteErrorCode.SQLITE_NOTADB.code
        || primary == SQLiteErrorCode.SQLITE_ERROR.code
        || primary == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
  }

  /// After a restore that failed. What can't be deleted is no danger: the next one clears it away.
  private static void clear(Path partial) {
    try {
      forget(partial);
    } catch (IOException e) {
      System.getLogger(Backup.class.getName())
          .log(System.Logger.Level.WARNING, "can''t delete {0}", partial);
    }
  }

  private static void copy(Path file, Path partial) throws IOException {
    forget(partial);
    PrivateFiles.create(partial);
    byte[] piece = new byte[COPIED_BYTES];
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = Files.newOutputStream(partial)) {
      for (int read = in.read(piece); read > 0; read = in.read(piece)) {
        out.write(piece, 0, read);
      }
    }
  }

  /// A copy that was begun earlier, with what SQLite may have left beside it: its journal would be
  /// rolled back into the next one.
  private static void forget(Path partial) throws IOException {
    for (String suffix : List.of("", "-journal", "-wal", "-shm")) {
      Files.deleteIfExists(partial.resolveSibling(partial.getFileName() + suffix));
    }
  }

  /// What is known of the store that is replaced.
  ///
  /// @param floorUs its last instant, microseconds
  /// @param security null where there is none
  private record Old(long floorUs, @Nullable SecurityState security) {
    static final Old NONE = new Old(0, null);
  }

  /// Folds the old store's log into its database and flushes that: from then on the log, which must
  /// not lie beside another database, can go without taking anything along.
  private static Old fold(DataFolder folder) {
    try (Connection old =
        SqliteConnections.writer(folder.database(), SQLiteConfig.SynchronousMode.FULL)) {
      if (Checkpoints.checkpoint(old, "TRUNCATE").busy()) {
        throw new StoreRefused("another program is using the database in " + folder.path());
      }
      long lastUs = new StateValues(new Statements(old)).load(StateValues.LAST_INSTANT_US);
      return new Old(lastUs, SecurityState.read(old));
    } catch (SQLException e) {
      if (!isUnreadable(e)) {
        throw failed(e);
      }
      throw new StoreRefused(
          "the store in "
              + folder.path()
              + " can't be read, so it can't be replaced without losing what is in it ("
              + e.getMessage()
              + "); move its files onceonly.db* away first");
    }
  }

  /// Checks the copy, carries over what the old store knew, marks it as restored, and leaves it as
  /// one file.
  private static RestoreReport prepare(Path database, Old old, boolean keepsOff)
      throws SQLException {
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
      connection.setAutoCommit(false);
      StateValues state = new StateValues(new Statements(connection));
      long floorUs = Math.max(old.floorUs, state.load(StateValues.LAST_INSTANT_US));
      RestoreReport report =
          CarryOver.run(connection, old.security, keepsOff, SqliteStart.fromMicros(floorUs));
      state.save(StateValues.LAST_INSTANT_US, floorUs);
      state.save(StateValues.PAUSED, 1);
      connection.commit();
      return report;
    }
  }

  private static void flush(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
