package dev.onceonly.testkit;

import static dev.onceonly.testkit.StoreUnderTest.leaseId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.usage.Feed;
import dev.onceonly.core.usage.FeedItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The recent feed (contract 8.4).
public interface FeedCases extends StoreUnderTest {

  @Test
  default void whatIsNotableIsInTheFeedNewestFirst() {
    lock(Ask.of("a"));
    check(Ask.of("a"));
    LeaseRow first = own(Ask.of("k"));
    acquire(Ask.of("k"));
    time().advanceMs(1_000);
    LeaseFinishCases.finished(leases(), first, "boom");
    LeaseRow second = own(Ask.of("k").retryFailed());
    LeaseFinishCases.finished(leases(), second, null);
    long later = time().now().toEpochMilli();
    long earlier = later - 1_000;
    List<FeedItem> expected =
        List.of(
            item(later, FeedItem.Type.AI_COMPLETED, "k", leaseId(second)),
            item(later, FeedItem.Type.AI_ACQUIRED, "k", leaseId(second)),
            item(later, FeedItem.Type.AI_FAILED, "k", leaseId(first)),
            item(earlier, FeedItem.Type.AI_ACQUIRED, "k", leaseId(first)),
            item(earlier, FeedItem.Type.DUPLICATE, "a", null));
    assertThat(latest(200, 0)).isEqualTo(expected);
    restart();
    assertThat(latest(200, 0)).isEqualTo(expected);
  }

  @Test
  default void aRefusalForTheLimitIsInTheFeed() {
    locks().check(Callers.stoppedAt(0, Ask.NAMESPACE), Ask.of("a").lock());
    leases().acquire(Callers.stoppedAt(0, Ask.NAMESPACE), Ask.of("k").lease());
    long now = time().now().toEpochMilli();
    assertThat(latest(200, 0))
        .containsExactly(
            item(now, FeedItem.Type.OVER_LIMIT, "k", null),
            item(now, FeedItem.Type.OVER_LIMIT, "a", null));
  }

  @Test
  default void aBlockedCallIsInTheFeedWithWhatBlockedIt() {
    long now = time().now().toEpochMilli();
    List<FeedItem> told = new ArrayList<>();
    for (@Nullable String version : Arrays.asList(null, "0123456789ab")) {
      FeedItem.Blocked blocked =
          new FeedItem.Blocked("bot-1", "mail.send", "agent_disabled", "high", version);
      told.add(new FeedItem(Ask.NAMESPACE, now, FeedItem.Type.POLICY_BLOCKED, null, null, blocked));
    }
    store().run(FreeStep.telling(told.toArray(FeedItem[]::new)));
    assertThat(latest(200, 0)).isEqualTo(told.reversed());
    restart();
    assertThat(latest(200, 0)).isEqualTo(told.reversed());
  }

  @Test
  default void eachNamespaceHasItsOwnFeed() {
    lock(Ask.of("a"));
    check(Ask.of("a"));
    assertThat(latest(200, 0)).hasSize(1);
    assertThat(store().feed().latest(2, 200, 0)).isEmpty();
  }

  @Test
  default void limitAndOffsetCutThePageOut() {
    tell(10);
    assertThat(numbers(latest(3, 0))).containsExactly(10, 9, 8);
    assertThat(numbers(latest(3, 2))).containsExactly(8, 7, 6);
    assertThat(numbers(latest(3, 8))).containsExactly(2, 1);
    assertThat(latest(3, 10)).isEmpty();
    assertThat(latest(3, 1_000)).isEmpty();
  }

  @Test
  default void theFeedKeepsTwoHundredItems() {
    tell(199);
    assertThat(latest(500, 0)).hasSize(199);
    time().advanceMs(1_000);
    tell(200, 203);
    assertThat(latest(500, 0)).hasSize(Feed.ITEMS_MAX);
    assertThat(numbers(latest(2, 198))).containsExactly(5, 4);
    restart();
    assertThat(numbers(latest(500, 0))).hasSize(Feed.ITEMS_MAX).startsWith(203).endsWith(4);
    tell(204, 204);
    assertThat(numbers(latest(500, 0))).hasSize(Feed.ITEMS_MAX).startsWith(204).endsWith(5);
  }

  @Test
  default void anItemIsShownForSevenDays() {
    tell(1);
    time().advanceMs(1);
    tell(2, 2);
    time().advance(Duration.ofDays(7).minusMillis(2));
    assertThat(numbers(latest(200, 0))).containsExactly(2, 1);
    restart();
    time().advanceMs(1);
    assertThat(numbers(latest(200, 0))).containsExactly(2);
    time().advanceMs(1);
    assertThat(latest(200, 0)).isEmpty();
  }

  private void tell(int upTo) {
    tell(1, upTo);
  }

  private void tell(int from, int upTo) {
    List<FeedItem> items = new ArrayList<>();
    for (int number = from; number <= upTo; number++) {
      items.add(item(time().now().toEpochMilli(), FeedItem.Type.DUPLICATE, "" + number, null));
    }
    store().run(FreeStep.telling(items.toArray(FeedItem[]::new)));
  }

  private List<FeedItem> latest(int limit, int offset) {
    return store().feed().latest(Ask.NAMESPACE, limit, offset);
  }

  private static List<Integer> numbers(List<FeedItem> items) {
    return items.stream().map(item -> Integer.valueOf(String.valueOf(item.key()))).toList();
  }

  private static FeedItem item(
      long atMs, FeedItem.Type type, String key, @Nullable String leaseId) {
    return new FeedItem(Ask.NAMESPACE, atMs, type, key, leaseId);
  }
}
