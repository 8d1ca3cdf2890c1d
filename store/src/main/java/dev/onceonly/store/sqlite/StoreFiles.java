package dev.onceonly.store.sqlite;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// Tells a folder that has a store from one that never had one, and from one that has lost it;
/// makes a store where there was none. An empty database is a fresh one to SQLite: taken for a
/// store, it would hand out every key again.
final class StoreFiles {
  private static final Logger LOG = System.getLogger(StoreFiles.class.getName());
  static final String DATABASE = "onceonly.db";

  /// The smallest page that SQLite knows.
  private static final int DATABASE_BYTES_MIN = 512;

  /// What is there only once a database has been, or is to be put there. A lock file and a socket
  /// are not: a start that was ended early leaves them.
  private static final List<String> REMAINS =
      List.of(
          "onceonly.db-wal",
          "onceonly.db-shm",
          "onceonly.db.restoring",
          "secrets.key",
          "audit-key.pem");

  private static final String RESTORE =
      "restore a backup ('onceonly restore FILE'), or, for a new store, use an empty folder";

  private StoreFiles() {}

  /// Whether there is such a file, which may be anything.
  ///
  /// @throws StoreRefused where that can't be told
  static boolean exists(Path file) {
    try {
      Files.readAttributes(file, BasicFileAttributes.class);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new StoreRefused(file + " can't be looked at: " + reason(e));
    }
  }

  /// Why a file can't be used, in words.
  static String reason(IOException fault) {
    return switch (fault) {
      case AccessDeniedException denied -> "permission denied: " + denied.getFile();
      case FileAlreadyExistsException there -> there.getFile() + " is a file, not a folder";
      case NoSuchFileException missing -> "there is no " + missing.getFile();
      case FileSystemException other ->
          other.getReason() == null ? String.valueOf(other.getMessage()) : other.getReason();
      default -> String.valueOf(fault.getMessage());
    };
  }

  /// Refuses a folder without a store.
  static StoreRefused noStore(Path folder) {
    return new StoreRefused(
        "there is no store in "
            + folder.toAbsolutePath().normalize()
            + " (no file "
            + DATABASE
            + "); is that the right folder (--data DIR, setting data)? Only 'onceonly serve' and"
            + " 'onceonly restore' make a store");
  }

  /// Makes a store in a folder that has none. Killed at any point, the folder has a whole one or
  /// none.
  ///
  /// @throws StoreRefused where the folder looks as if it had lost its database
  static void make(DataFolder folder) throws SQLException {
    for (String name : REMAINS) {
      if (exists(folder.path().resolve(name))) {
        throw new StoreRefused(
            "the folder "
                + folder.path()
                + " has "
                + name
                + " but no database "
                + DATABASE
                + ": it was lost, or a restore was not finished; "
                + RESTORE);
      }
    }
    Path partial = folder.path().resolve(DATABASE + ".new");
    try {
      for (String suffix : List.of("", "-journal", "-wal", "-shm")) {
        Files.deleteIfExists(partial.resolveSibling(partial.getFileName() + suffix));
      }
      SqliteConnections.create(partial);
      // Closed, its log is folded into it.
      try (Connection connection = SqliteConnections.writer(partial, SynchronousMode.FULL)) {
        Migrations.apply(connection);
      }
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.READ)) {
        channel.force(true);
      }
      Files.move(partial, folder.database(), StandardCopyOption.ATOMIC_MOVE);
      folder.flush();
    } catch (IOException e) {
      throw new StoreRefused("no store can be made in " + folder.path() + ": " + reason(e));
    }
    LOG.log(Level.INFO, "made a new store in {0}", folder.path());
  }

  /// Refuses a database that is no whole one at first sight.
  static void requireContent(Path database) {
    try {
      if (Files.isDirectory(database)) {
        throw new StoreRefused("the database " + database + " is a folder");
      }
      long bytes = Files.size(database);
      if (bytes < DATABASE_BYTES_MIN) {
        throw lost(database, bytes == 0 ? "is empty (0 bytes)" : "has been cut short");
      }
    } catch (IOException e) {
      throw new StoreRefused("the database " + database + " can't be read: " + reason(e));
    }
  }

  /// Refuses a database without tables, or whose file is shorter than it says. Its log has been
  /// folded into it.
  static void requireWhole(Path database, Connection connection) throws SQLException {
    if (Migrations.isEmpty(connection)) {
      throw lost(database, "has no tables: it has been cut short, or its making was not finished");
    }
    long bytes =
        (long) Migrations.pragma(connection, "page_count")
            * Migrations.pragma(connection, "page_size");
    try {
      if (Files.size(database) < bytes) {
        throw lost(database, "has been cut short");
      }
    } catch (IOException e) {
      throw new StoreRefused("the database " + database + " can't be read: " + reason(e));
    }
  }

  /// What to say of a database that SQLite finds broken; null for any other fault.
  static @Nullable StoreRefused damaged(Path database, SQLException fault) {
    String name = String.valueOf(SqliteFaults.during("open", fault).getMessage());
    return name.contains("CORRUPT") || name.contains("NOTADB") || name.contains("IOERR_SHORT_READ")
        ? lost(database, "is damaged or has been cut short (" + name + ")")
        : null;
  }

  private static StoreRefused lost(Path database, String how) {
    return new StoreRefused(
        "the database "
            + database
            + " "
            + how
            + "; move its files "
            + DATABASE
            + "* away, and "
            + RESTORE);
  }
}
