package dev.onceonly.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What a caller's JSON is bounded by beside its bytes.
class BodyBoundsTest {
  private static JsonNode body(String text) {
    return Json.readBody(text.getBytes(StandardCharsets.UTF_8), _ -> {});
  }

  /// A document of so many values: its own object, a name, two arrays, and numbers.
  private static String values(int count) {
    return "{\"a\":[[" + "1,".repeat(count - 5) + "1]]}";
  }

  @Test
  void valuesAreCounted() {
    assertThat(body(values(Json.BODY_VALUES_MAX - 1)).path("a").path(0)).isNotEmpty();
    assertThat(body(values(Json.BODY_VALUES_MAX)).path("a").path(0)).isNotEmpty();
    assertThatThrownBy(() -> body(values(Json.BODY_VALUES_MAX + 1)))
        .isInstanceOf(JsonRefused.class)
        .hasMessageContaining("200000 values");
  }

  @Test
  void whatIsStoredIsReadHoweverManyValuesItHas() {
    byte[] stored = values(Json.BODY_VALUES_MAX + 1).getBytes(StandardCharsets.UTF_8);
    assertThat(Json.read(stored).path("a").path(0)).hasSize(Json.BODY_VALUES_MAX - 3);
  }

  @Test
  void aListThatIsAFieldIsKeptAsFarAsItIsLookedAt() {
    int max = Json.BODY_ELEMENTS_MAX;
    assertThat(body(list(max - 1)).path("items")).hasSize(max - 1);
    assertThat(body(list(max)).path("items")).hasSize(max);
    assertThat(body(list(max + 1)).path("items")).hasSize(max + 1);
    assertThat(body(list(1_000_000)).path("items")).hasSize(max + 1);
    assertThat(body(list(max + 2)).path("after")).isNotEmpty();
  }

  private static String list(int count) {
    return "{\"items\":[{\"a\":[]}" + ",{}".repeat(count - 1) + "],\"after\":[1]}";
  }

  @Test
  void aListWithinAValueIsKeptAsItIs() {
    assertThat(body("{\"data\":{\"a\":[1" + ",1".repeat(1_999) + "]}}").path("data").path("a"))
        .hasSize(2_000);
  }

  @Test
  void whatValuesTakeIsToldBeforeTheyAreMade() {
    AtomicLong told = new AtomicLong();
    byte[] empties = ("{\"a\":[[" + "{},".repeat(999) + "{}]]}").getBytes(StandardCharsets.UTF_8);
    Json.readBody(empties, told::addAndGet);
    assertThat(told.get()).isBetween(100_000L, 200_000L);
    assertThatThrownBy(() ->
            Json.readBody(
                empties,
                _ -> {
                  throw new IllegalStateException("no more");
                }))
        .hasMessage("no more");
    told.set(0);
    Json.readBody("{\"key\":\"a\"}".getBytes(StandardCharsets.UTF_8), told::addAndGet);
    assertThat(told.get()).isBetween(100L, 1_000L);
  }
}
