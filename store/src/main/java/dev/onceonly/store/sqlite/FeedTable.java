package dev.onceonly.store.sqlite;

import dev.onceonly.core.usage.Feed;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.store.RecentFeed;
import dev.onceonly.store.RecentFeed.Numbered;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/// The saved part of the recent feed. Not thread-safe.
final class FeedTable {
  private static final String ALL =
      """
      SELECT number, namespace_id, at_ms, type, key, lease_id FROM feed_items ORDER BY namespace_id, number
      """;
  private static final String SAVE =
      """
      INSERT OR REPLACE INTO feed_items (namespace_id, slot, number, at_ms, type, key, lease_id)
      VALUES (?, ?, ?, ?, ?, ?, ?)
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
                row.getString(6));
        feed.restore(new Numbered(row.getLong(1), item));
      }
    }
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
      save.executeUpdate();
    }
  }
}
