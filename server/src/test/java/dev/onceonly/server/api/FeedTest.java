package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The recent feed, `GET /v1/events`.
class FeedTest {
  private static final String PATH = "/v1/events";

  @RegisterExtension
  static final LiveServer SERVER =
      LiveServer.with(Map.of("plan_free_make", "1", "plan_free_ai", "2"));

  @Test
  void aQuietNamespaceHasAnEmptyList() {
    Answer feed = SERVER.namespace("quiet", "free").get(PATH);

    assertThat(feed.status()).isEqualTo(200);
    assertThat(feed.body()).isEqualTo("[]");
  }

  @Test
  void whatHappenedIsThereNewestFirst() {
    Client client = SERVER.namespace("told", "free");
    long before = Instant.now().getEpochSecond() - 1;
    client.post("/v1/check-lock", "key", "lock");
    client.post("/v1/check-lock", "key", "lock");
    client.post("/v1/check-lock", "key", "other");
    Answer first = client.post("/v1/ai/lease", "key", "one");
    client.post("/v1/ai/lease", "key", "one");
    client.post("/v1/ai/complete", LeaseFields.of("one", first));
    client.post("/v1/ai/complete", LeaseFields.of("one", first));
    Answer second = client.post("/v1/ai/lease", "key", "two");
    client.post("/v1/ai/cancel", LeaseFields.of("two", second));
    client.post("/v1/ai/lease", "key", "three");

    Answer feed = client.get(PATH);

    assertThat(types(feed))
        .containsExactly(
            "over_limit",
            "ai_failed",
            "ai_acquired",
            "ai_completed",
            "ai_acquired",
            "over_limit",
            "duplicate");
    assertThat(feed.json().at("/6").toString())
        .isEqualTo(
            "{\"ts\":%d,\"type\":\"duplicate\",\"key\":\"lock\"}".formatted(feed.number("/6/ts")));
    assertThat(feed.json().at("/4").toString())
        .isEqualTo(
            "{\"ts\":%d,\"type\":\"ai_acquired\",\"key\":\"one\",\"lease_id\":\"%s\"}"
                .formatted(feed.number("/4/ts"), first.text("/lease_id")));
    assertThat(feed.text("/1/lease_id")).isEqualTo(second.text("/lease_id"));
    assertThat(feed.text("/0/key")).isEqualTo("three");
    assertThat(feed.number("/6/ts")).isBetween(before, Instant.now().getEpochSecond());
  }

  @Test
  void limitAndOffsetCutAPageOutOfIt() {
    Client client = SERVER.namespace("paged", "unlimited");
    for (int i = 0; i < 60; i++) {
      client.post("/v1/ai/lease", "key", "k" + i);
    }

    assertThat(client.get(PATH).json().size()).isEqualTo(50);
    assertThat(client.get(PATH, "limit", "200").json().size()).isEqualTo(60);
    Answer page = client.get(PATH, "limit", "2", "offset", "3");
    assertThat(page.json().valueStream().map(item -> item.path("key").asString()))
        .containsExactly("k56", "k55");
    assertThat(client.get(PATH, "offset", "59").json().size()).isEqualTo(1);
    assertThat(client.get(PATH, "offset", "60").body()).isEqualTo("[]");
    assertThat(client.get(PATH, "offset", "2147483647").body()).isEqualTo("[]");
  }

  @Test
  void theLast200AreKept() {
    Client client = SERVER.namespace("crowded", "unlimited");
    List<Map<String, String>> items =
        IntStream.range(0, 251).mapToObj(i -> Map.of("key", "k" + i)).toList();
    client.post("/v1/check-lock/batch", "items", items);
    client.post("/v1/check-lock/batch", "items", items);

    Answer all = client.get(PATH, "limit", "200");

    assertThat(all.json().size()).isEqualTo(200);
    assertThat(all.text("/0/key")).isEqualTo("k250");
    assertThat(all.text("/199/key")).isEqualTo("k51");
    assertThat(client.get(PATH, "limit", "200", "offset", "199").text("/0/key")).isEqualTo("k51");
    assertThat(client.get(PATH, "limit", "200", "offset", "200").body()).isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource({
    "limit, 0, greater_than_equal",
    "limit, -1, greater_than_equal",
    "limit, 201, less_than_equal",
    "limit, 9223372036854775807, less_than_equal",
    "limit, 9223372036854775808, int_parsing",
    "limit, 1.0, int_parsing",
    "limit, 1e1, int_parsing",
    "limit, ten, int_parsing",
    "limit, '', int_parsing",
    "limit, ' 5', int_parsing",
    "limit, ٣, int_parsing",
    "offset, -1, greater_than_equal",
    "offset, 2147483648, less_than_equal",
    "offset, x, int_parsing"
  })
  void limitAndOffsetAreWholeNumbersWithinBounds(String name, String value, String type) {
    Answer refused = SERVER.admin().get(PATH, name, value);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.mistakes()).hasSize(1);
    assertThat(refused.mistakes().getFirst()).startsWith(type + " at query." + name + ": ");
  }

  private static List<String> types(Answer feed) {
    return feed.json().valueStream().map(item -> item.path("type").asString()).toList();
  }
}
