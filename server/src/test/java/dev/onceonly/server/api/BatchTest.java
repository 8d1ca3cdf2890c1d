package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

class BatchTest {
  private static final String PATH = "/v1/check-lock/batch";

  @RegisterExtension
  static final LiveServer SERVER = LiveServer.with(Map.of("plan_free_make", "2"));

  private final Client admin = SERVER.admin();

  @Test
  void oneItemIsAnsweredLikeASingleCall() {
    Answer batch = admin.postText(PATH, "{\"items\":[{\"key\":\"one\",\"ttl\":600}]}");

    assertThat(batch.status()).isEqualTo(200);
    assertThat(batch.body())
        .isEqualTo(
            """
            {"items":[{"success":true,"status":"locked","key":"one","ttl":600,"first_seen_at":null,\
            "fence":%d,"lock_id":"%s"}]}\
            """
                .formatted(batch.number("/items/0/fence"), batch.text("/items/0/lock_id")));
    assertThat(batch.header("X-OnceOnly-Status")).isNull();
  }

  @Test
  void ofTheSameKeyTwiceTheFirstWins() {
    admin.post("/v1/check-lock", "key", "before");

    Answer batch =
        admin.postText(
            PATH,
            """
            {"items":[{"key":"twice","metadata":{"n":1}},{"key":"before"},{"key":"twice","ttl":30}]}\
            """);

    assertThat(statuses(batch)).containsExactly("locked", "duplicate", "duplicate");
    assertThat(batch.number("/items/2/ttl")).isEqualTo(30);
    assertThat(batch.number("/items/2/metadata/n")).isEqualTo(1);
  }

  @Test
  void aThousandItemsAreAnsweredInTheirOrder() {
    List<Map<String, String>> items =
        IntStream.range(0, 1_000).mapToObj(i -> Map.of("key", "many-" + i)).toList();

    Answer batch = admin.post(PATH, "items", items);

    assertThat(batch.json().path("items").size()).isEqualTo(1_000);
    assertThat(statuses(batch)).containsOnly("locked");
    assertThat(batch.text("/items/0/key")).isEqualTo("many-0");
    assertThat(batch.text("/items/999/key")).isEqualTo("many-999");
  }

  @Test
  void aThousandAndOneItemsAreRefusedAsAWhole() {
    List<Map<String, String>> items =
        IntStream.rangeClosed(0, 1_000).mapToObj(i -> Map.of("key", "too-many-" + i)).toList();

    Answer refused = admin.post(PATH, "items", items);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.mistakes())
        .containsExactly("too_long at body.items: List should have at most 1000 items");
    assertThat(admin.post("/v1/check-lock", "key", "too-many-0").text("/status"))
        .isEqualTo("locked");
  }

  @Test
  void aListIsNeeded() {
    assertThat(admin.post(PATH, "items", List.of()).mistakes())
        .containsExactly("too_short at body.items: List should have at least 1 items");
    assertThat(admin.postText(PATH, "{}").mistakes())
        .containsExactly("missing at body.items: Field required");
    assertThat(admin.post(PATH, "items", Map.of("key", "a")).mistakes())
        .containsExactly("list_type at body.items: Input should be a valid list");
  }

  @Test
  void aBadItemIsRefusedAloneWithItsPlace() {
    Answer batch =
        admin.postText(
            PATH,
            """
            {"items":[{"key":"good-1"},{"ttl":60},{"key":"good-2","ttl":-1},7,{"key":"good-3"},\
            {"key":"good-4","attempt_id":"a b"},{"key":"good-5","metadata":[]}]}\
            """);

    assertThat(batch.status()).isEqualTo(200);
    assertThat(statuses(batch)).containsExactly("locked", "-", "-", "-", "locked", "-", "-");
    assertThat(places(batch, 1)).containsExactly("missing at body.items.1.key");
    assertThat(places(batch, 2)).containsExactly("greater_than at body.items.2.ttl");
    assertThat(places(batch, 3)).containsExactly("dict_type at body.items.3");
    assertThat(places(batch, 5)).containsExactly("value_error at body.items.5.attempt_id");
    assertThat(places(batch, 6)).containsExactly("dict_type at body.items.6.metadata");
    assertThat(admin.post("/v1/check-lock", "key", "good-2").text("/status")).isEqualTo("locked");
    assertThat(admin.post("/v1/check-lock", "key", "good-4").text("/status")).isEqualTo("locked");
  }

  @Test
  void aBatchOfBadItemsOnlyIsAnsweredToo() {
    Answer batch = admin.postText(PATH, "{\"items\":[{},{\"key\":\"\"}]}");

    assertThat(batch.status()).isEqualTo(200);
    assertThat(places(batch, 0)).containsExactly("missing at body.items.0.key");
    assertThat(places(batch, 1)).containsExactly("string_too_short at body.items.1.key");
  }

  @Test
  void eachItemHasAnAttemptIdAndAFingerprintOfItsOwn() {
    String items =
        """
        {"items":[{"key":"tried","attempt_id":"t1"},{"key":"marked","fingerprint":"x"}]}\
        """;
    String again =
        """
        {"items":[{"key":"tried","attempt_id":"t1"},{"key":"marked","fingerprint":"y"}]}\
        """;
    Answer first = admin.postText(PATH, items);

    Answer second = admin.postText(PATH, again);

    assertThat(second.text("/items/0/status")).isEqualTo("locked");
    assertThat(second.json().at("/items/0/replayed").booleanValue()).isTrue();
    assertThat(second.text("/items/0/lock_id")).isEqualTo(first.text("/items/0/lock_id"));
    assertThat(second.json().at("/items/1").toString())
        .isEqualTo(
            """
            {"detail":{"error":"key_reused","key":"marked","stored_fingerprint":"x",\
            "given_fingerprint":"y"}}\
            """);
  }

  @Test
  void thePlansLimitIsReachedWithinABatch() {
    Client free = SERVER.namespace("frugal", "free");

    Answer batch =
        free.postText(
            PATH,
            """
            {"items":[{"key":"a"},{"key":"a"},{"key":"b"},{"key":"a"},{"key":"a"},{"key":"c"}]}\
            """);

    assertThat(statuses(batch))
        .containsExactly("locked", "duplicate", "locked", "duplicate", "-", "-");
    assertThat(batch.json().at("/items/4").toString())
        .isEqualTo(
            """
            {"detail":{"error":"payment_required","highlights":"Plan limit reached","plan":"free",\
            "limit":2,"usage":2,"upgrade_url":""}}\
            """);
    assertThat(batch.text("/items/5/detail/error")).isEqualTo("payment_required");
    Answer usage = free.get("/v1/usage");
    assertThat(usage.number("/usage")).isEqualTo(2);
    assertThat(usage.number("/requests_total_month")).isEqualTo(6);
    assertThat(usage.number("/blocked_total_month")).isEqualTo(2);
  }

  @Test
  void aBatchMayHaveFourMebibytes() {
    List<Map<String, Object>> items = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      items.add(Map.of("key", "wide-" + i, "metadata", Map.of("note", "x".repeat(2_000))));
    }
    String fits = Body.of("items", items);
    String atTheBound = fits + " ".repeat((4 << 20) - fits.length());

    assertThat(statuses(admin.postText(PATH, atTheBound))).containsOnly("locked");
    assertThat(admin.postText(PATH, atTheBound + " ").status()).isEqualTo(413);
  }

  private static List<String> statuses(Answer batch) {
    List<String> statuses = new ArrayList<>();
    for (JsonNode item : batch.json().path("items")) {
      statuses.add(item.path("status").asString("-"));
    }
    return statuses;
  }

  private static List<String> places(Answer batch, int index) {
    Answer item = new Answer(200, batch.headers(), batch.json().at("/items/" + index).toString());
    return item.mistakes().stream().map(mistake -> mistake.split(":", 2)[0]).toList();
  }
}
