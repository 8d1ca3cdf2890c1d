package dev.onceonly.store;

import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.CommitListener;
import dev.onceonly.core.step.Fact;
import dev.onceonly.core.step.StoreClock;
import dev.onceonly.core.usage.Feed;
import dev.onceonly.core.usage.FeedItem;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The recent feed in memory, a ring for each namespace. A store writes what is new from time to
/// time, so a crash may lose its last second. Thread-safe.
public final class RecentFeed implements Feed, CommitListener {
  private final StoreClock clock;
  private final Duration kept;
  private final Map<Long, Ring> rings = new ConcurrentHashMap<>();
  private final Set<Long> unsaved = ConcurrentHashMap.newKeySet();

  /// An item and its number in its namespace, counted from 1.
  public record Numbered(long number, FeedItem item) {}

  /// Newest first; guarded by itself.
  private static final class Ring {
    final ArrayDeque<Numbered> items = new ArrayDeque<>(ITEMS_MAX);
    long last;
    long saved;
  }

  public RecentFeed(StoreClock clock, Duration kept) {
    this.clock = clock;
    this.kept = kept;
  }

  @Override
  public void committed(List<Change<?>> changes, List<Fact> facts) {
    for (Fact fact : facts) {
      if (fact instanceof FeedItem item) {
        Ring ring = ring(item.namespaceId());
        synchronized (ring) {
          add(ring, new Numbered(ring.last + 1, item));
        }
        unsaved.add(item.namespaceId());
      }
    }
  }

  /// Puts back an item that was saved by an earlier process; oldest first.
  public void restore(Numbered saved) {
    Ring ring = ring(saved.item().namespaceId());
    synchronized (ring) {
      add(ring, saved);
      ring.saved = saved.number();
    }
  }

  private Ring ring(long namespaceId) {
    return rings.computeIfAbsent(namespaceId, _ -> new Ring());
  }

  private static void add(Ring ring, Numbered numbered) {
    if (ring.items.size() == ITEMS_MAX) {
      ring.items.removeLast();
    }
    ring.items.addFirst(numbered);
    ring.last = numbered.number();
  }

  @Override
  public List<FeedItem> latest(long namespaceId, int limit, int offset) {
    Ring ring = rings.get(namespaceId);
    if (ring == null) {
      return List.of();
    }
    long oldestMs = clock.now().minus(kept).toEpochMilli();
    List<FeedItem> page = new ArrayList<>();
    synchronized (ring) {
      Iterator<Numbered> items = ring.items.iterator();
      for (int i = 0; items.hasNext() && page.size() < limit; i++) {
        FeedItem item = items.next().item();
        if (i >= offset && item.atMs() > oldestMs) {
          page.add(item);
        }
      }
    }
    return page;
  }

  /// What is new since the last call, of some of the namespaces; at most 200 items of each.
  ///
  /// @param namespacesMax how many namespaces to take
  public List<Numbered> takeUnsaved(int namespacesMax) {
    List<Numbered> taken = new ArrayList<>();
    Iterator<Long> namespaces = unsaved.iterator();
    for (int i = 0; i < namespacesMax && namespaces.hasNext(); i++) {
      Ring ring = ring(namespaces.next());
      namespaces.remove();
      synchronized (ring) {
        long saved = ring.saved;
        ring.items.stream().filter(item -> item.number() > saved).forEach(taken::add);
        ring.saved = ring.last;
      }
    }
    return taken;
  }
}
