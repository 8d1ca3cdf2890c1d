package dev.onceonly.store.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/// Forgets what was counted per agent, eight days after its hour or day: some namespaces at a time,
/// in each of which the old rows stand together. A day that still holds spend stays until it is
/// settled. Not thread-safe.
final class SweepFigures implements SweepPart {
  private static final int KEPT_DAYS = 8;
  private static final String END =
      "SELECT id FROM namespaces WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?";

  private final Statements statements;
  private final String delete;
  private final long unitMs;
  private long after;

  /// @param delete takes the namespaces' bounds, exclusive and inclusive, the first hour or day
  ///   that stays, and a limit
  private SweepFigures(Statements statements, String delete, long unitMs) {
    this.statements = statements;
    this.delete = delete;
    this.unitMs = unitMs;
  }

  static SweepFigures hours(Statements statements) {
    return new SweepFigures(
        statements,
        """
        DELETE FROM agent_hours WHERE (namespace_id, hour, agent_id) IN (
          SELECT f.namespace_id, f.hour, f.agent_id
          FROM namespaces AS n CROSS JOIN agent_hours AS f ON f.namespace_id = n.id
          WHERE n.id > ? AND n.id <= ? AND f.hour < ? LIMIT ?)
        """,
        TimeUnit.HOURS.toMillis(1));
  }

  static SweepFigures days(Statements statements) {
    return new SweepFigures(
        statements,
        """
        DELETE FROM agent_days WHERE (namespace_id, day, agent_id) IN (
          SELECT f.namespace_id, f.day, f.agent_id
          FROM namespaces AS n CROSS JOIN agent_days AS f ON f.namespace_id = n.id
          WHERE n.id > ? AND n.id <= ? AND f.day < ? AND f.reserved_nano_usd = 0 LIMIT ?)
        """,
        TimeUnit.DAYS.toMillis(1));
  }

  static SweepFigures toolDays(Statements statements) {
    return new SweepFigures(
        statements,
        """
        DELETE FROM tool_days WHERE (namespace_id, day, agent_id, tool) IN (
          SELECT f.namespace_id, f.day, f.agent_id, f.tool
          FROM namespaces AS n CROSS JOIN tool_days AS f ON f.namespace_id = n.id
          WHERE n.id > ? AND n.id <= ? AND f.day < ? LIMIT ?)
        """,
        TimeUnit.DAYS.toMillis(1));
  }

  @Override
  public Piece next(long nowMs) throws SQLException {
    long last = last();
    PreparedStatement old = statements.get(delete);
    old.setLong(1, after);
    old.setLong(2, last < 0 ? Long.MAX_VALUE : last);
    old.setLong(3, Math.floorDiv(nowMs - TimeUnit.DAYS.toMillis(KEPT_DAYS), unitMs));
    old.setInt(4, PIECE_ROWS);
    int deleted = old.executeUpdate();
    if (deleted == PIECE_ROWS) {
      // These namespaces may have more.
      return new Piece(deleted, false);
    }
    after = last < 0 ? 0 : last;
    return new Piece(deleted, last < 0);
  }

  private long last() throws SQLException {
    PreparedStatement find = statements.get(END);
    find.setLong(1, after);
    find.setInt(2, PIECE_ROWS - 1);
    try (ResultSet row = find.executeQuery()) {
      return row.next() ? row.getLong(1) : -1;
    }
  }
}
