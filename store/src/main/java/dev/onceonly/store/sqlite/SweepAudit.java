package dev.onceonly.store.sqlite;

import dev.onceonly.core.audit.AuditChain;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.audit.RetentionHistory;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Forgets the oldest audit entries. They stand in the order of arrival, and time never falls along
/// it: so what goes is the start of the table, and of each chain a prefix, whose last number, hash
/// and instant stay as the chain's anchor, with when it went and under which retention. The first
/// removal under another retention is told in the store's own chain, which stays whole. Not
/// thread-safe.
final class SweepAudit implements SweepPart {
  private static final String OLDEST =
      """
      SELECT arrival, at_ms, chain_id, number, hash FROM audit_entries WHERE chain_id <> ?
      ORDER BY arrival LIMIT ?
      """;
  private static final String DELETE =
      "DELETE FROM audit_entries WHERE arrival <= ? AND chain_id <> ?";
  private static final String ANCHOR =
      """
      UPDATE audit_chains SET anchor_number = ?, anchor_hash = ?, anchor_at_ms = ?, removed_at_ms = ?, kept_ms = ?
      WHERE id = ?
      """;
  private static final String LAST_RETENTION =
      "SELECT detail FROM audit_entries WHERE chain_id = ? AND action = ? ORDER BY number DESC LIMIT 1";

  private final SqliteTables tables;
  private final Duration kept;

  private record Anchor(long number, String hash, long atMs) {}

  SweepAudit(SqliteTables tables, Duration kept) {
    this.tables = tables;
    this.kept = kept;
  }

  @Override
  public Piece next(long nowMs) throws SQLException {
    Map<Long, Anchor> anchors = new LinkedHashMap<>();
    // 0 where there is none yet: no chain has that id.
    long own = tables.chains.place(RetentionHistory.CHAIN).arrival();
    long last = find(own, nowMs - kept.toMillis(), anchors);
    if (anchors.isEmpty()) {
      return new Piece(0, true);
    }
    PreparedStatement delete = tables.statements.get(DELETE);
    delete.setLong(1, last);
    delete.setLong(2, own);
    int deleted = delete.executeUpdate();
    PreparedStatement set = tables.statements.get(ANCHOR);
    for (Map.Entry<Long, Anchor> chain : anchors.entrySet()) {
      set.setLong(1, chain.getValue().number());
      HashColumn.set(set, 2, chain.getValue().hash());
      set.setLong(3, chain.getValue().atMs());
      set.setLong(4, nowMs);
      set.setLong(5, kept.toMillis());
      set.setLong(6, chain.getKey());
      set.executeUpdate();
    }
    tellRetention(own, nowMs);
    return new Piece(deleted, deleted < PIECE_ROWS);
  }

  /// The arrival of the last entry that goes, and the last one of each chain.
  private long find(long own, long oldestMs, Map<Long, Anchor> anchors) throws SQLException {
    PreparedStatement oldest = tables.statements.get(OLDEST);
    oldest.setLong(1, own);
    oldest.setInt(2, PIECE_ROWS);
    long last = 0;
    try (ResultSet row = oldest.executeQuery()) {
      while (row.next() && row.getLong(2) <= oldestMs) {
        last = row.getLong(1);
        anchors.put(
            row.getLong(3), new Anchor(row.getLong(4), HashColumn.get(row, 5), row.getLong(2)));
      }
    }
    return last;
  }

  /// In the transaction that removes, so that nothing goes under a retention that was not told.
  private void tellRetention(long own, long nowMs) throws SQLException {
    AuditChain.Content content = RetentionHistory.content(nowMs, kept);
    PreparedStatement find = tables.statements.get(LAST_RETENTION);
    find.setLong(1, own);
    find.setString(2, RetentionHistory.ACTION);
    try (ResultSet row = find.executeQuery()) {
      if (row.next() && row.getString(1).equals(content.detail())) {
        return;
      }
    }
    ChainRow stored = tables.chains.load(RetentionHistory.CHAIN);
    ChainRow head = stored == null ? ChainRow.EMPTY : stored;
    AuditEntry entry = AuditChain.next(RetentionHistory.CHAIN, head, content);
    ChainRow grown = head.grownBy(entry);
    tables.chains.save(RetentionHistory.CHAIN, grown);
    tables.audit.save(new AuditKey(RetentionHistory.CHAIN, grown.length()), entry);
  }
}
