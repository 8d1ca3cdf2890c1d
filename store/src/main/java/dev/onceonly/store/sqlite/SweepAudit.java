package dev.onceonly.store.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Forgets the oldest audit entries. They stand in the order of arrival, and time never falls along
/// it: so what goes is the start of the table, and of each chain a prefix, whose last number and
/// hash stay as the chain's anchor. Not thread-safe.
final class SweepAudit implements SweepPart {
  private static final String OLDEST =
      "SELECT arrival, at_ms, chain_id, number, hash FROM audit_entries ORDER BY arrival LIMIT ?";
  private static final String DELETE = "DELETE FROM audit_entries WHERE arrival <= ?";
  private static final String ANCHOR =
      "UPDATE audit_chains SET anchor_number = ?, anchor_hash = ? WHERE id = ?";

  private final Statements statements;
  private final long keptMs;

  private record Anchor(long number, String hash) {}

  SweepAudit(Statements statements, Duration kept) {
    this.statements = statements;
    this.keptMs = kept.toMillis();
  }

  @Override
  public Piece next(long nowMs) throws SQLException {
    Map<Long, Anchor> anchors = new LinkedHashMap<>();
    long last = find(nowMs - keptMs, anchors);
    if (anchors.isEmpty()) {
      return new Piece(0, true);
    }
    PreparedStatement delete = statements.get(DELETE);
    delete.setLong(1, last);
    int deleted = delete.executeUpdate();
    PreparedStatement set = statements.get(ANCHOR);
    for (Map.Entry<Long, Anchor> chain : anchors.entrySet()) {
      set.setLong(1, chain.getValue().number());
      HashColumn.set(set, 2, chain.getValue().hash());
      set.setLong(3, chain.getKey());
      set.executeUpdate();
    }
    return new Piece(deleted, deleted < PIECE_ROWS);
  }

  /// The arrival of the last entry that goes, and the last one of each chain.
  private long find(long oldestMs, Map<Long, Anchor> anchors) throws SQLException {
    PreparedStatement oldest = statements.get(OLDEST);
    oldest.setInt(1, PIECE_ROWS);
    long last = 0;
    try (ResultSet row = oldest.executeQuery()) {
      while (row.next() && row.getLong(2) <= oldestMs) {
        last = row.getLong(1);
        anchors.put(row.getLong(3), new Anchor(row.getLong(4), HashColumn.get(row, 5)));
      }
    }
    return last;
  }
}
