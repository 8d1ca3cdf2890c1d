package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// `/v1/metrics`.
class MetricsTest {
  private static final String PATH = "/v1/metrics";
  private static final String EMPTY_DAY =
      """
      {"day":"2026-01-31","make":{"requests":0,"locked":0,"duplicate":0,"blocked":0},\
      "ai":{"requests":0,"acquired":0,"polling":0,"completed":0,"failed":0,"blocked":0},\
      "tools":{"executed":0,"blocked":0,"dedup":0,"error":0,"spend_usd":0}}\
      """;

  @RegisterExtension
  static final LiveServer SERVER =
      LiveServer.with(Map.of("plan_free_make", "2", "plan_free_ai", "2"));

  private final Client admin = SERVER.admin();

  @Test
  void aDayWithoutRequestsHasZeros() {
    assertThat(metrics("2026-01-31", "2026-01-31").body()).isEqualTo("[" + EMPTY_DAY + "]");
  }

  @Test
  void bothEndsOfTheRangeAreIncluded() {
    Answer days = metrics("2024-02-27", "2024-03-01");

    assertThat(days.json().valueStream().map(day -> day.path("day").asString()))
        .containsExactly("2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01");
  }

  @Test
  void everyAnswerIsCountedOnItsDay() {
    Client free = SERVER.namespace("counted", "free");
    for (int i = 0; i < 4; i++) {
      free.post("/v1/check-lock", "key", "a");
    }
    Answer first = free.post("/v1/ai/lease", "key", "a");
    free.post("/v1/ai/lease", "key", "a");
    Answer second = free.post("/v1/ai/lease", "key", "b");
    free.post("/v1/ai/lease", "key", "c");
    free.post("/v1/ai/complete", LeaseFields.of("a", first));
    free.post("/v1/ai/complete", LeaseFields.of("a", first));
    free.post("/v1/ai/fail", LeaseFields.of("b", second, "error_code", "torn"));
    LocalDate today = LocalDate.now(ZoneOffset.UTC);

    Answer days =
        free.get(
            PATH,
            "from_day",
            today.minusDays(1).toString(),
            "to_day",
            today.plusDays(1).toString());

    assertThat(days.json().size()).isEqualTo(3);
    assertThat(sum(days, "/make/requests")).isEqualTo(4);
    assertThat(sum(days, "/make/locked")).isEqualTo(1);
    assertThat(sum(days, "/make/duplicate")).isEqualTo(2);
    assertThat(sum(days, "/make/blocked")).isEqualTo(1);
    assertThat(sum(days, "/ai/requests")).isEqualTo(4);
    assertThat(sum(days, "/ai/acquired")).isEqualTo(2);
    assertThat(sum(days, "/ai/polling")).isEqualTo(1);
    assertThat(sum(days, "/ai/completed")).isEqualTo(1);
    assertThat(sum(days, "/ai/failed")).isEqualTo(1);
    assertThat(sum(days, "/ai/blocked")).isEqualTo(1);
  }

  @Test
  void aRangeHasUpTo366Days() {
    assertThat(metrics("2024-01-01", "2024-12-31").json().size()).isEqualTo(366);
    assertThat(metrics("2023-01-01", "2024-01-02").mistakes())
        .containsExactly(
            "value_error at query.to_day: Value error, at most 366 days from from_day on");
    assertThat(metrics("0001-01-01", "9999-12-31").status()).isEqualTo(422);
  }

  @Test
  void aRangeIsNotReversed() {
    Answer refused = metrics("2026-02-02", "2026-02-01");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.mistakes())
        .containsExactly("value_error at query.to_day: Value error, not before from_day");
  }

  @Test
  void bothDaysAreNeeded() {
    assertThat(admin.get(PATH).mistakes())
        .containsExactly(
            "missing at query.from_day: Field required", "missing at query.to_day: Field required");
    assertThat(admin.get(PATH, "from_day", "2026-01-01").mistakes())
        .containsExactly("missing at query.to_day: Field required");
    assertThat(admin.get(PATH, "to_day", "2026-01-01").mistakes())
        .containsExactly("missing at query.from_day: Field required");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-02-30",
        "2025-02-29",
        "2026-1-01",
        "20260101",
        "2026-01-01T00:00:00Z",
        "+2026-01-01",
        "01.01.2026",
        "today"
      })
  void whatIsNoDayIsNamed(String text) {
    assertThat(metrics(text, "2026-01-01").mistakes())
        .containsExactly(
            "date_parsing at query.from_day: Input should be a valid date in the format"
                + " YYYY-MM-DD");
  }

  @ParameterizedTest
  @CsvSource({"0000-01-01", "9999-12-31"})
  void theFirstAndTheLastDayOfTheCalendarAreDays(String day) {
    assertThat(metrics(day, day).text("/0/day")).isEqualTo(day);
  }

  private Answer metrics(String from, String to) {
    return admin.get(PATH, "from_day", from, "to_day", to);
  }

  private static long sum(Answer days, String pointer) {
    return days.json()
        .valueStream()
        .map(day -> day.at(pointer))
        .mapToLong(JsonNode::longValue)
        .sum();
  }
}
