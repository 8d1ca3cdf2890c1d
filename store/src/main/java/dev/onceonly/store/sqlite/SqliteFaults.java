package dev.onceonly.store.sqlite;

import dev.onceonly.store.SessionException;
import dev.onceonly.store.SessionException.Meaning;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Says what an SQLite error means for the lane. SQLite reports a full disk as `SQLITE_FULL`, and
/// then nothing was applied; every other I/O error ends the lane, and one during COMMIT (above all
/// a failed flush) leaves the outcome open.
final class SqliteFaults {
  private SqliteFaults() {}

  static SessionException during(String what, SQLException fault) {
    return new SessionException(meaning(fault, Meaning.BROKEN), message(what, fault), fault);
  }

  /// A checkpoint loses nothing by itself, unless a flush fails.
  static SessionException duringCheckpoint(SQLException fault) {
    return new SessionException(
        meaning(fault, Meaning.OUTCOME_UNKNOWN), message("checkpoint", fault), fault);
  }

  static SessionException duringCommit(SQLException fault) {
    Meaning meaning =
        hasNoSpaceForIndex(fault)
            ? Meaning.NO_SPACE_AFTER_FLUSH
            : meaning(fault, Meaning.OUTCOME_UNKNOWN);
    // A COMMIT that fails for a reason of its own is as open as one whose flush failed.
    return new SessionException(
        meaning == Meaning.STATEMENT_REFUSED ? Meaning.OUTCOME_UNKNOWN : meaning,
        message("commit", fault),
        fault);
  }

  /// The index of the log (`-shm`) grows by 32 KiB for every 4,096 frames, when they are committed:
  /// after the flush. The next commit writes over those frames.
  private static boolean hasNoSpaceForIndex(SQLException fault) {
    return fault instanceof SQLiteException sqlite
        && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE;
  }

  private static Meaning meaning(SQLException fault, Meaning onInputOutput) {
    if (!(fault instanceof SQLiteException sqlite)) {
      return Meaning.STATEMENT_REFUSED;
    }
    if (hasNoSpaceForIndex(fault)) {
      return Meaning.NO_SPACE;
    }
    int primary = sqlite.getResultCode().code & 0xff;
    if (isLock(primary)) {
      return Meaning.BUSY;
    }
    if (primary == SQLiteErrorCode.SQLITE_FULL.code) {
      return Meaning.NO_SPACE;
    }
    boolean broken =
        primary == SQLiteErrorCode.SQLITE_IOERR.code
            || primary == SQLiteErrorCode.SQLITE_CORRUPT.code
            || primary == SQLiteErrorCode.SQLITE_NOTADB.code
            || primary == SQLiteErrorCode.SQLITE_CANTOPEN.code
            || primary == SQLiteErrorCode.SQLITE_READONLY.code;
    return broken ? onInputOutput : Meaning.STATEMENT_REFUSED;
  }

  /// `SQLITE_BUSY` with all its kinds (a reader that mends the log's index, a log that is being
  /// recovered, a snapshot that is too old), `SQLITE_LOCKED` on the same connection, and
  /// `SQLITE_PROTOCOL`, which ends a long race for the log's locks. In a COMMIT too nothing was
  /// applied then: SQLite takes every lock before it writes the first frame.
  private static boolean isLock(int primary) {
    return primary == SQLiteErrorCode.SQLITE_BUSY.code
        || primary == SQLiteErrorCode.SQLITE_LOCKED.code
        || primary == SQLiteErrorCode.SQLITE_PROTOCOL.code;
  }

  /// Why it failed, in words for an operator.
  static String reason(String what, SQLException fault) {
    SessionException told = during(what, fault);
    return told.meaning() == Meaning.NO_SPACE
        ? "the disk is full"
        : String.valueOf(told.getMessage());
  }

  private static String message(String what, SQLException fault) {
    return what
        + " failed: "
        + (fault instanceof SQLiteException sqlite
            ? sqlite.getResultCode().name()
            : fault.getClass().getSimpleName());
  }
}
