package dev.onceonly.store.sqlite;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
  static final String RESTORING = "onceonly.db.restoring";

  /// Where something may be that is not in the database yet.
  static final List<String> JOURNALS = List.of("-wal", "-journal");

  /// The smallest page that SQLite knows.
  private static final int DATABASE_BYTES_MIN = 512;

  /// What is there only once a database has been, or is to be put there. A lock file and a socket
  /// are not: a start that was ended early leaves them.
  private static final List<String> REMAINS =
      List.of("onceonly.db-wal", "onceonly.db-shm", RESTORING, "secrets.key", "audit-key.pem");

  private static final String RESTORE =
      "restore a backup ('onceonly restore FILE'), or, for a new store, use an empty folder";

  private StoreFiles() {}

  /// Whether there is such a file, which may be anything: a link that leads nowhere too, since what
  /// it stands for may be on a disk that is not mounted.
  ///
  /// @throws StoreRefused where that can't be told
  static boolean exists(Path file) {
    try {
      Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
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
  static void make(DataFolder folder) {
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
    boolean done = false;
    try {
      forget(partial);
      build(partial);
      Files.move(partial, folder.database(), StandardCopyOption.ATOMIC_MOVE);
      done = true;
      folder.flush();
    } catch (IOException e) {
      throw notMade(folder, reason(e));
    } catch (SQLException e) {
      throw notMade(folder, SqliteFaults.reason("the making", e));
    } finally {
      if (!done) {
        clear(partial);
      }
    }
    LOG.log(Level.INFO, "made a new store in {0}", folder.path());
  }

  private static StoreRefused notMade(DataFolder folder, String why) {
    return new StoreRefused("no store can be made in " + folder.path() + ": " + why);
  }

  /// A database with all tables, in one file, flushed. Closing it would fold its log too, but says
  /// nothing where there was no space for that.
  private static void build(Path file) throws SQLException, IOException {
    SqliteConnections.create(file);
    try (Connection connection = SqliteConnections.writer(file, SynchronousMode.FULL)) {
      Migrations.apply(connection);
      if (Checkpoints.checkpoint(connection, "TRUNCATE").busy()) {
        throw new StoreRefused("another program is using " + file);
      }
    }
    requireAlone(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /// Refuses a database that was closed and has still a log beside it: something is only in there.
  static void requireAlone(Path database) throws IOException {
    for (String suffix : JOURNALS) {
      Path journal = beside(database, suffix);
      if (Files.exists(journal) && Files.size(journal) > 0) {
        throw new IOException(journal + " could not be folded into its database");
      }
    }
  }

  /// Deletes a database that was begun, with what SQLite may have left beside it: its journal would
  /// be rolled back into the next one.
  static void forget(Path database) throws IOException {
    for (String suffix : List.of("", "-journal", "-wal", "-shm")) {
      Files.deleteIfExists(beside(database, suffix));
    }
  }

  /// As [#forget(Path)], after a failure. What can't be deleted is no danger: the next attempt
  /// clears it away.
  static void clear(Path database) {
    try {
      forget(database);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "can''t delete {0}", database);
    }
  }

  static Path beside(Path database, String suffix) {
    return database.resolveSibling(database.getFileName() + suffix);
  }

  /// Names a copy that a restore has left which was ended early: nothing needs it, and nobody else
  /// looks at it.
  static void warnOfLeftover(DataFolder folder) {
    Path left = folder.path().resolve(RESTORING);
    try {
      if (exists(left)) {
        LOG.log(
            Level.WARNING,
            "{0} ({1} bytes) was left by a restore that was ended early; nothing needs it: delete it",
            left,
            Long.toString(Files.size(left)));
      }
    } catch (IOException | StoreRefused e) {
      LOG.log(Level.WARNING, "can''t look at {0}", left);
    }
  }

  /// Refuses a database that is no whole one at first sight.
  static void requireContent(Path database) {
    try {
      if (Files.isSymbolicLink(database) && !Files.exists(database)) {
        throw new StoreRefused(
            "the database "
                + database
                + " is a link to "
                + Files.readSymbolicLink(database)
                + ", which is not there; mount its disk, or, where it is lost, delete the link and "
                + RESTORE);
      }
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
