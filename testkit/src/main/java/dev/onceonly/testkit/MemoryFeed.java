package dev.onceonly.testkit;

import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.CommitListener;
import dev.onceonly.core.step.Fact;
import dev.onceonly.core.step.StoreClock;
import dev.onceonly.core.usage.Feed;
import dev.onceonly.core.usage.FeedItem;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The feed of the store in memory. Thread-safe.
final class MemoryFeed implements Feed, CommitListener {
  private static final Duration KEPT = Duration.ofDays(7);

  private final StoreClock clock;
  private final Map<Long, ArrayDeque<FeedItem>> newestFirst = new HashMap<>();

  MemoryFeed(StoreClock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized void committed(List<Change<?>> changes, List<Fact> facts) {
    for (Fact fact : facts) {
      if (fact instanceof FeedItem item) {
        ArrayDeque<FeedItem> items =
            newestFirst.computeIfAbsent(item.namespaceId(), _ -> new ArrayDeque<>(ITEMS_MAX));
        if (items.size() == ITEMS_MAX) {
          items.removeLast();
        }
        items.addFirst(item);
      }
    }
  }

  @Override
  public synchronized List<FeedItem> latest(long namespaceId, int limit, int offset) {
    ArrayDeque<FeedItem> items = newestFirst.get(namespaceId);
    if (items == null) {
      return List.of();
    }
    long oldestMs = clock.now().minus(KEPT).toEpochMilli();
    return items.stream().filter(item -> item.atMs() > oldestMs).skip(offset).limit(limit).toList();
  }
}
