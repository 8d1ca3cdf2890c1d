package dev.onceonly.store.sqlite;

import dev.onceonly.core.usage.Feed;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.core.usage.FeedItem.Blocked;
import dev.onceonly.store.RecentFeed;
import dev.onceonly.store.RecentFeed.Numbered;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The saved part of the recent feed. Not thread-safe.
final class FeedTable {
  private static final String ALL =
      """
      SELECT number, namespace_id, at_ms, type, key, lease_id, agent_id, tool, reason, risk_level, policy_version
      FROM feed_items ORDER BY namespace_id, number
      """;
  private static final String SAVE =
      """
      INSERT OR REPLACE INTO feed_items (namespace_id, slot, number, at_ms, type, key, lease_id, agent_id, tool,
        reason, risk_level, policy_version)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private final Statements statements;

  FeedTable(Statements statements) {
    this.statements = statements;
  }

  void loadInto(RecentFeed feed) throws SQLException {
    try (ResultSet row = statements.get(ALL).executeQuery()) {
      while (row.next()) {
        FeedItem item =
            new FeedItem(
                row.getLong(2),
                row.getLong(3),
                FeedItem.Type.valueOf(row.getString(4)),
                row.getString(5),
                row.getString(6),
                blocked(row));
        feed.restore(new Numbered(row.getLong(1), item));
      }
    }
  }

  private static @Nullable Blocked blocked(ResultSet row) throws SQLException {
    String agentId = row.getString(7);
    return agentId == null
        ? null
        : new Blocked(
            agentId, row.getString(8), row.getString(9), row.getString(10), row.getString(11));
  }

  void save(List<Numbered> items) throws SQLException {
    PreparedStatement save = statements.get(SAVE);
    for (Numbered numbered : items) {
      FeedItem item = numbered.item();
      save.setLong(1, item.namespaceId());
      save.setLong(2, numbered.number() % Feed.ITEMS_MAX);
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
      save.executeUpdate();
    }
  }
}
