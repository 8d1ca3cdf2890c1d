package dev.onceonly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.usage.Feed;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.store.RecentFeed.Numbered;
import dev.onceonly.testkit.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the feed keeps in memory, and how it goes together with what is written.
final class RecentFeedTest {
  private final ManualTime time = new ManualTime(Instant.parse("2026-11-05T10:00:00Z"));
  private final List<Numbered> saved = new ArrayList<>();
  private final RecentFeed feed =
      new RecentFeed(
          time::now,
          Duration.ofDays(7),
          41,
          namespaceId ->
              saved.reversed().stream()
                  .filter(item -> item.item().namespaceId() == namespaceId)
                  .limit(Feed.ITEMS_MAX)
                  .toList());

  @Test
  void whatCannotBeWrittenIsBoundedInBytesOverAllNamespaces() {
    String key = "k".repeat(512);
    for (long namespace = 1; namespace <= 10_000; namespace++) {
      tell(namespace, key);
      tell(namespace, key);
    }
    assertThat(feed.bytes()).isBetween(RecentFeed.BYTES_MAX - 2_000, RecentFeed.BYTES_MAX);
    assertThat(keys(1)).containsExactly(key, key);
    assertThat(keys(10_000)).isEmpty();
    writeAll();
    assertThat(feed.bytes()).isZero();
    tell(10_000, "again");
    assertThat(keys(10_000)).containsExactly("again");
  }

  @Test
  void ofOneNamespaceTheNewestTwoHundredAreKept() {
    for (int i = 1; i <= 1_000; i++) {
      tell(1, "" + i);
    }
    assertThat(feed.unsaved(1)).hasSize(Feed.ITEMS_MAX);
    assertThat(keys(1)).hasSize(Feed.ITEMS_MAX).startsWith("1000").endsWith("801");
  }

  @Test
  void whatIsNewStandsBeforeWhatIsWrittenAndNothingIsMetTwice() {
    tell(1, "a");
    tell(2, "x");
    tell(1, "b");
    assertThat(feed.unsaved(100)).extracting(Numbered::number).containsExactly(42L, 44L, 43L);
    List<Numbered> piece = feed.unsaved(1);
    assertThat(piece).extracting(item -> item.item().key()).containsExactly("a", "b");
    // Written, and not let go of yet.
    saved.addAll(piece);
    tell(1, "c");
    assertThat(keys(1)).containsExactly("c", "b", "a");
    feed.written(piece);
    assertThat(keys(1)).containsExactly("c", "b", "a");
    assertThat(keys(2)).containsExactly("x");
    assertThat(feed.last()).isEqualTo(45);
    writeAll();
    assertThat(keys(1)).containsExactly("c", "b", "a");
    assertThat(feed.unsaved(100)).isEmpty();
  }

  private void writeAll() {
    List<Numbered> piece = feed.unsaved(10);
    while (!piece.isEmpty()) {
      saved.addAll(piece);
      feed.written(piece);
      piece = feed.unsaved(10);
    }
  }

  private void tell(long namespaceId, String key) {
    FeedItem item =
        new FeedItem(namespaceId, time.now().toEpochMilli(), FeedItem.Type.DUPLICATE, key, null);
    feed.committed(List.of(), List.of(item));
  }

  private List<String> keys(long namespaceId) {
    return feed.latest(namespaceId, 500, 0).stream()
        .map(FeedItem::key)
        .map(String::valueOf)
        .toList();
  }
}
