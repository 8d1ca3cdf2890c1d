package dev.onceonly.store.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/// Deletes what is past its time from the tables that grow, a bounded piece at a time: one part
/// after the other, in a round that starts over. Not thread-safe.
final class Sweep {
  private static final Duration MAILS_KEPT = Duration.ofDays(7);

  private final List<SweepPart> parts;
  private int current;

  /// What one piece did.
  ///
  /// @param deleted rows
  /// @param roundDone every part has been gone through; the next piece starts over
  record Piece(int deleted, boolean roundDone) {}

  Sweep(SqliteTables tables, SqliteSettings.Retention retention) {
    Statements statements = tables.statements;
    parts =
        List.of(
            SweepByArrival.locks(statements),
            SweepByArrival.leases(statements, retention.leases()),
            new SweepCalls(tables, retention.leases()),
            SweepByArrival.dedupEntries(statements),
            new SweepAudit(tables, retention.audit()),
            new SweepEvents(statements, retention.runEvents()),
            new SweepAgents(tables, retention.agents()),
            SweepFigures.hours(statements),
            SweepFigures.days(statements),
            SweepFigures.toolDays(statements),
            SweepByArrival.mails(statements, MAILS_KEPT));
  }

  /// Goes through the next rows, inside the caller's transaction.
  Piece next(long nowMs) throws SQLException {
    SweepPart.Piece piece = parts.get(current).next(nowMs);
    if (piece.done()) {
      current = (current + 1) % parts.size();
    }
    return new Piece(piece.deleted(), piece.done() && current == 0);
  }
}
