package dev.onceonly.store.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Copies of a store: taken beside a running one, put back only where none runs.
public final class Backup {
  private static final int COPIED_BYTES = 64 * 1_024;

  /// What each SQLite database begins with.
  private static final byte[] HEAD = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

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
      StoreFiles.forget(partial);
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
    requireBackup(file);
    boolean exists = folder.hasStore();
    requireOther(file, folder);
    if (exists && replacing == Replacing.NOTHING) {
      throw new StoreRefused(
          "the folder " + folder.path() + " has a store already; give --replace to replace it");
    }
    Path partial = folder.path().resolve(StoreFiles.RESTORING);
    boolean done = false;
    try {
      copy(file, partial);
      reached.accept(Stage.COPIED);
      Old old = exists ? fold(folder) : Old.NONE;
      reached.accept(Stage.FOLDED);
      long floorUs = Math.max(old.floorUs, SqliteStart.toMicros(now));
      boolean keepsOff = replacing != Replacing.ENABLING_AS_IN_BACKUP;
      RestoreReport report = prepare(partial, new Old(floorUs, old.security), keepsOff);
      StoreFiles.requireAlone(partial);
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
        StoreFiles.clear(partial);
      }
    }
  }

  /// Looks whether a file can be a backup at first sight, without a look at any folder. A database
  /// that is in use, or whose process was killed, has its last writes in a log beside it.
  ///
  /// @throws StoreRefused if not
  public static void requireBackup(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new StoreRefused("there is no file " + file);
    }
    try {
      Path real = file.toRealPath();
      for (String suffix : StoreFiles.JOURNALS) {
        Path journal = StoreFiles.beside(real, suffix);
        if (Files.exists(journal) && Files.size(journal) > 0) {
          throw notCopied(
              file, "has " + journal + " beside it, and what is in there would be lost");
        }
      }
      try (InputStream in = Files.newInputStream(real)) {
        byte[] head = in.readNBytes(HEAD.length);
        if (!Arrays.equals(head, HEAD)) {
          throw new StoreRefused(
              "the file " + file + " is not a backup that can be restored: it is no database");
        }
      }
    } catch (IOException e) {
      throw new StoreRefused("the file " + file + " can't be read: " + StoreFiles.reason(e));
    }
  }

  private static void requireOther(Path file, DataFolder folder) {
    try {
      if (Files.exists(folder.database()) && Files.isSameFile(file, folder.database())) {
        throw notCopied(file, "is the folder's own database");
      }
    } catch (IOException e) {
      throw new StoreRefused("the file " + file + " can't be read: " + StoreFiles.reason(e));
    }
  }

  private static StoreRefused notCopied(Path file, String why) {
    return new StoreRefused(
        "the file "
            + file
            + " "
            + why
            + "; a backup is made with 'onceonly backup', never by copying a database");
  }

  private static StoreRefused refused(Path file, SQLException fault) {
    return isUnreadable(fault)
        ? new StoreRefused(
            "the file " + file + " is not a backup that can be restored: " + fault.getMessage())
        : failed(fault);
  }

  private static StoreRefused failed(SQLException fault) {
    String why = SqliteFaults.reason("the write", fault);
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

  private static void copy(Path file, Path partial) throws IOException {
    StoreFiles.forget(partial);
    PrivateFiles.create(partial);
    byte[] piece = new byte[COPIED_BYTES];
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = Files.newOutputStream(partial)) {
      for (int read = in.read(piece); read > 0; read = in.read(piece)) {
        out.write(piece, 0, read);
      }
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
    // To SQLite an empty one is a fresh one, and becomes one by being looked at.
    StoreFiles.requireContent(folder.database());
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
      // Else what is written here would be in a log, and closing says nothing where that could not
      // be folded.
      if (!SqliteConnections.leaveLog(connection)) {
        throw new StoreRefused(
            "the restore failed and has changed nothing: the copy can't do without a log");
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
