package dev.onceonly.core.usage;

import java.util.List;

/// The last notable things of each namespace: at most 200, at most 7 days old. Thread-safe.
public interface Feed {
  int ITEMS_MAX = 200;

  /// Newest first.
  List<FeedItem> latest(long namespaceId, int limit, int offset);
}
