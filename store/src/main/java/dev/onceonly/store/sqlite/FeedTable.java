package dev.onceonly.store.sqlite;

import dev.onceonly.core.usage.Feed;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.core.usage.FeedItem.Blocked;
import dev.onceonly.store.RecentFeed.Numbered;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The saved part of the recent feed: of each namespace the newest items, by their number, which
/// stands in `slot` too. Not thread-safe.
final class FeedTable {
  private static final String NEWEST =
      """
      SELECT number, namespace_id, at_ms, type, key, lease_id, agent_id, tool, reason, risk_level, policy_version
      FROM feed_items WHERE namespace_id = ? ORDER BY slot DESC LIMIT ?
      """;
  private static final String SAVE =
      """
      INSERT OR REPLACE INTO feed_items (namespace_id, slot, number, at_ms, type, key, lease_id, agent_id, tool,
        reason, risk_level, policy_version, row_sum)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  /// What is older than the newest that stay.
  private static final String FORGET =
      """
      DELETE FROM feed_items WHERE namespace_id = ?1 AND slot < (
        SELECT slot FROM feed_items WHERE namespace_id = ?1 ORDER BY slot DESC LIMIT 1 OFFSET ?2)
      """;

  private final Statements statements;

  FeedTable(Statements statements) {
    this.statements = statements;
  }

  /// A namespace's newest items, newest first.
  List<Numbered> newest(long namespaceId) throws SQLException {
    PreparedStatement newest = statements.get(NEWEST);
    newest.setLong(1, namespaceId);
    newest.setInt(2, Feed.ITEMS_MAX);
    List<Numbered> found = new ArrayList<>();
    try (ResultSet row = newest.executeQuery()) {
      while (row.next()) {
        FeedItem item =
            new FeedItem(
                row.getLong(2),
                row.getLong(3),
                FeedItem.Type.valueOf(row.getString(4)),
                row.getString(5),
                row.getString(6),
                blocked(row));
        found.add(new Numbered(row.getLong(1), item));
      }
    }
    return found;
  }

  private static @Nullable Blocked blocked(ResultSet row) throws SQLException {
    String agentId = row.getString(7);
    return agentId == null
        ? null
        : new Blocked(
            agentId, row.getString(8), row.getString(9), row.getString(10), row.getString(11));
  }

  /// Saves items and forgets those that are too many, inside the caller's transaction.
  void save(List<Numbered> items) throws SQLException {
    Set<Long> namespaces = new HashSet<>();
    for (Numbered numbered : items) {
      RowSum save = new RowSum(statements.get(SAVE));
      FeedItem item = numbered.item();
      namespaces.add(item.namespaceId());
      save.setLong(1, item.namespaceId());
      save.setLong(2, numbered.number());
      save.setLong(3, numbered.number());
      save.setLong(4, item.atMs());
      save.setString(5, item.type().name());
      save.setString(6, item.key());
      save.setString(7, item.leaseId());
      Blocked blocked = item.blocked();
      save.setString(8, blocked == null ? null : blocked.agentId());
      save.setString(9, blocked == null ? null : blocked.tool());
      save.setString(10, blocked == null ? null : blocked.reason());
      save.setString(11, blocked == null ? null : blocked.riskLevel());
      save.setString(12, blocked == null ? null : blocked.policyVersion());
      save.setSum(13).executeUpdate();
    }
    PreparedStatement forget = statements.get(FORGET);
    for (long namespaceId : namespaces) {
      forget.setLong(1, namespaceId);
      forget.setInt(2, Feed.ITEMS_MAX - 1);
      forget.executeUpdate();
    }
  }
}
