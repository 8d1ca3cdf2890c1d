package dev.onceonly.store.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/// Walks a table in the order of arrival. Needs no index on the expiry, which would dirty one more
/// page for every row. Not thread-safe.
final class SweepByArrival implements SweepPart {
  /// A piece that deletes more rows than this, with all that goes along, is followed by a smaller
  /// one: steps wait behind it.
  static final int DELETED_MAX = 1_024;

  private final Statements statements;
  private final String end;
  private final List<String> deletes;
  private final long keptMs;
  private long after;

  /// Rows of a piece: fewer after one that took more along than a piece may have, since a run's
  /// lease takes up to 64 actions along.
  private int pieceRows = PIECE_ROWS;

  /// @param end the arrival of the last row of the piece behind an arrival
  /// @param deletes take the arrivals' bounds, exclusive and inclusive, and the instant up to which
  ///   rows go; the last one deletes the rows themselves
  /// @param kept how long after their time rows are kept
  private SweepByArrival(Statements statements, String end, List<String> deletes, Duration kept) {
    this.statements = statements;
    this.end = end;
    this.deletes = deletes;
    this.keptMs = kept.toMillis();
  }

  /// Locks go at their expiry.
  static SweepByArrival locks(Statements statements) {
    return new SweepByArrival(
        statements,
        "SELECT arrival FROM locks WHERE arrival > ? ORDER BY arrival LIMIT 1 OFFSET ?",
        List.of(
            "DELETE FROM locks WHERE arrival > ? AND arrival <= ? AND granted_at_ms + ttl_ms <= ?"),
        Duration.ZERO);
  }

  /// Leases go the retention time after their end or expiry, with their documents and with the task
  /// and the actions of their run.
  static SweepByArrival leases(Statements statements, Duration kept) {
    return new SweepByArrival(
        statements,
        "SELECT arrival FROM leases WHERE arrival > ? ORDER BY arrival LIMIT 1 OFFSET ?",
        List.of(
            """
            DELETE FROM lease_documents WHERE id IN (
              SELECT 2 * arrival + kind.column1 FROM leases, (VALUES (0), (1)) AS kind
              WHERE arrival > ? AND arrival <= ? AND coalesce(done_at_ms, expires_at_ms) <= ?)
            """,
            """
            DELETE FROM run_tasks WHERE id IN (
              SELECT arrival FROM leases
              WHERE arrival > ? AND arrival <= ? AND coalesce(done_at_ms, expires_at_ms) <= ?)
            """,
            """
            DELETE FROM run_actions WHERE id IN (
              SELECT a.id FROM leases AS l
              CROSS JOIN run_actions AS a ON a.id BETWEEN 64 * l.arrival AND 64 * l.arrival + 63
              WHERE l.arrival > ? AND l.arrival <= ? AND coalesce(l.done_at_ms, l.expires_at_ms) <= ?)
            """,
            """
            DELETE FROM leases
            WHERE arrival > ? AND arrival <= ? AND coalesce(done_at_ms, expires_at_ms) <= ?
            """),
        kept);
  }

  /// Entries of executed calls go when they are repeated anyway; the others go with their calls.
  static SweepByArrival dedupEntries(Statements statements) {
    return new SweepByArrival(
        statements,
        "SELECT arrival FROM dedup_entries WHERE arrival > ? ORDER BY arrival LIMIT 1 OFFSET ?",
        List.of(
            """
            DELETE FROM dedup_entries WHERE arrival > ? AND arrival <= ? AND state = 1 AND expires_at_ms <= ?
            """),
        Duration.ZERO);
  }

  /// Mails, done or not: a sender gives them up after a day, so what is still due after a week has
  /// none.
  static SweepByArrival mails(Statements statements, Duration kept) {
    return new SweepByArrival(
        statements,
        "SELECT arrival FROM mails WHERE arrival > ? ORDER BY arrival LIMIT 1 OFFSET ?",
        List.of("DELETE FROM mails WHERE arrival > ? AND arrival <= ? AND created_at_ms <= ?"),
        kept);
  }

  @Override
  public Piece next(long nowMs) throws SQLException {
    long last = last();
    boolean done = last < 0;
    long upTo = done ? Long.MAX_VALUE : last;
    int deleted = 0;
    int all = 0;
    for (String sql : deletes) {
      PreparedStatement delete = statements.get(sql);
      delete.setLong(1, after);
      delete.setLong(2, upTo);
      delete.setLong(3, nowMs - keptMs);
      deleted = delete.executeUpdate();
      all += deleted;
    }
    pieceRows = nextPieceRows(all);
    after = done ? 0 : last;
    return new Piece(deleted, done);
  }

  private int nextPieceRows(int deleted) {
    return deleted > DELETED_MAX
        ? Math.max(1, (int) ((long) pieceRows * DELETED_MAX / deleted))
        : Math.min(PIECE_ROWS, 2 * pieceRows);
  }

  private long last() throws SQLException {
    PreparedStatement find = statements.get(end);
    find.setLong(1, after);
    find.setInt(2, pieceRows - 1);
    try (ResultSet row = find.executeQuery()) {
      return row.next() ? row.getLong(1) : -1;
    }
  }
}
