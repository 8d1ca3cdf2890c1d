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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The recent feed. What is new is in memory until a store has written it, from time to time; so a
/// crash may lose its last second. The rest is read from the store when somebody asks. Bounded in
/// bytes: when nothing can be written, new items are left out. Thread-safe.
public final class RecentFeed implements Feed, CommitListener {
  /// About the heap that unsaved items may take, over all namespaces.
  public static final long BYTES_MAX = 4L << 20;

  /// About what an item takes beside its text.
  private static final int ITEM_BYTES = 200;

  private final StoreClock clock;
  private final Duration kept;
  private final Saved saved;

  /// By namespace, oldest first; guarded by this object's lock, as all below.
  private final Map<Long, ArrayDeque<Numbered>> unsaved = new LinkedHashMap<>();

  private long last;
  private long bytes;

  /// An item and its number, which grows over all namespaces.
  public record Numbered(long number, FeedItem item) {
    long bytes() {
      FeedItem.Blocked blocked = item.blocked();
      long chars = length(item.key()) + length(item.leaseId());
      if (blocked != null) {
        chars +=
            length(blocked.agentId())
                + length(blocked.tool())
                + length(blocked.reason())
                + length(blocked.riskLevel())
                + length(blocked.policyVersion());
      }
      return ITEM_BYTES + 2 * chars;
    }

    private static long length(@Nullable String text) {
      return text == null ? 0 : text.length();
    }
  }

  /// What a store has written.
  @FunctionalInterface
  public interface Saved {
    /// A namespace's newest items, newest first, at most [Feed#ITEMS_MAX].
    List<Numbered> newest(long namespaceId);
  }

  /// @param last the number of the last item that was written
  public RecentFeed(StoreClock clock, Duration kept, long last, Saved saved) {
    this.clock = clock;
    this.kept = kept;
    this.last = last;
    this.saved = saved;
  }

  @Override
  public void committed(List<Change<?>> changes, List<Fact> facts) {
    for (Fact fact : facts) {
      if (fact instanceof FeedItem item) {
        add(item);
      }
    }
  }

  private synchronized void add(FeedItem item) {
    Numbered numbered = new Numbered(last + 1, item);
    if (bytes + numbered.bytes() > BYTES_MAX) {
      return;
    }
    last++;
    ArrayDeque<Numbered> items =
        unsaved.computeIfAbsent(item.namespaceId(), _ -> new ArrayDeque<>());
    if (items.size() == ITEMS_MAX) {
      bytes -= items.removeFirst().bytes();
    }
    items.addLast(numbered);
    bytes += numbered.bytes();
  }

  /// The new ones are looked at first: one that is written meanwhile is met twice, but not missed.
  @Override
  public List<FeedItem> latest(long namespaceId, int limit, int offset) {
    List<Numbered> items = unsavedOf(namespaceId);
    if (items.size() < ITEMS_MAX) {
      long first = items.isEmpty() ? Long.MAX_VALUE : items.getLast().number();
      saved.newest(namespaceId).stream().filter(old -> old.number() < first).forEach(items::add);
    }
    long oldestMs = clock.now().minus(kept).toEpochMilli();
    return items.stream()
        .limit(ITEMS_MAX)
        .skip(offset)
        .map(Numbered::item)
        .filter(item -> item.atMs() > oldestMs)
        .limit(limit)
        .toList();
  }

  /// Newest first.
  private synchronized List<Numbered> unsavedOf(long namespaceId) {
    ArrayDeque<Numbered> items = unsaved.get(namespaceId);
    return items == null ? new ArrayList<>() : new ArrayList<>(items.reversed());
  }

  /// What is to be written, oldest namespaces first: all of some namespaces' new items.
  ///
  /// @param itemsMax about how many, but at least those of one namespace
  public synchronized List<Numbered> unsaved(int itemsMax) {
    List<Numbered> found = new ArrayList<>();
    for (ArrayDeque<Numbered> items : unsaved.values()) {
      if (!found.isEmpty() && found.size() + items.size() > itemsMax) {
        break;
      }
      found.addAll(items);
    }
    return found;
  }

  /// Lets go of what has been written.
  public synchronized void written(List<Numbered> items) {
    for (Numbered written : items) {
      long namespaceId = written.item().namespaceId();
      ArrayDeque<Numbered> left = unsaved.get(namespaceId);
      if (left == null) {
        continue;
      }
      Iterator<Numbered> oldest = left.iterator();
      while (oldest.hasNext()) {
        Numbered next = oldest.next();
        if (next.number() > written.number()) {
          break;
        }
        oldest.remove();
        bytes -= next.bytes();
      }
      if (left.isEmpty()) {
        unsaved.remove(namespaceId);
      }
    }
  }

  /// The last number that was given.
  public synchronized long last() {
    return last;
  }

  /// About the heap that unsaved items take.
  public synchronized long bytes() {
    return bytes;
  }
}
