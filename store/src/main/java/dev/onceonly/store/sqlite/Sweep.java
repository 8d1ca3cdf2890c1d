package dev.onceonly.store.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/// Deletes what is past its time from the tables that grow, in the order of arrival, a bounded
/// piece at a time. Needs no index on the expiry, which would dirty one more page for every lock.
/// Not thread-safe.
final class Sweep {
  private static final int PIECE_ROWS = 256;
  private static final String LOCKS_END =
      "SELECT arrival FROM locks WHERE arrival > ? ORDER BY arrival LIMIT 1 OFFSET ?";
  private static final String LEASES_END =
      "SELECT arrival FROM leases WHERE arrival > ? ORDER BY arrival LIMIT 1 OFFSET ?";
  private static final String DELETE_LOCKS =
      "DELETE FROM locks WHERE arrival > ? AND arrival <= ? AND granted_at_ms + ttl_ms <= ?";
  private static final String DELETE_DOCUMENTS =
      """
      DELETE FROM lease_documents WHERE id IN (
        SELECT 2 * arrival + kind.column1 FROM leases, (VALUES (0), (1)) AS kind
        WHERE arrival > ? AND arrival <= ? AND coalesce(done_at_ms, expires_at_ms) <= ?)
      """;
  private static final String DELETE_LEASES =
      "DELETE FROM leases WHERE arrival > ? AND arrival <= ? AND coalesce(done_at_ms, expires_at_ms) <= ?";

  private final Statements statements;
  private final long leaseRetentionMs;
  private boolean atLeases;
  private long after;

  /// What one piece did.
  ///
  /// @param deleted rows
  /// @param roundDone both tables have been gone through; the next piece starts over
  record Piece(int deleted, boolean roundDone) {}

  Sweep(Statements statements, long leaseRetentionMs) {
    this.statements = statements;
    this.leaseRetentionMs = leaseRetentionMs;
  }

  /// Goes through the next rows, inside the caller's transaction.
  Piece next(long nowMs) throws SQLException {
    long end = end(atLeases ? LEASES_END : LOCKS_END);
    boolean tableDone = end < 0;
    long upTo = tableDone ? Long.MAX_VALUE : end;
    int deleted;
    if (atLeases) {
      long oldestMs = nowMs - leaseRetentionMs;
      delete(DELETE_DOCUMENTS, upTo, oldestMs);
      deleted = delete(DELETE_LEASES, upTo, oldestMs);
    } else {
      deleted = delete(DELETE_LOCKS, upTo, nowMs);
    }
    after = tableDone ? 0 : end;
    boolean roundDone = tableDone && atLeases;
    if (tableDone) {
      atLeases = !atLeases;
    }
    return new Piece(deleted, roundDone);
  }

  private long end(String sql) throws SQLException {
    PreparedStatement find = statements.get(sql);
    find.setLong(1, after);
    find.setInt(2, PIECE_ROWS - 1);
    try (ResultSet row = find.executeQuery()) {
      return row.next() ? row.getLong(1) : -1;
    }
  }

  private int delete(String sql, long upTo, long limitMs) throws SQLException {
    PreparedStatement delete = statements.get(sql);
    delete.setLong(1, after);
    delete.setLong(2, upTo);
    delete.setLong(3, limitMs);
    return delete.executeUpdate();
  }
}
