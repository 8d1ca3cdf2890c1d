package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.http.json.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckLockTest {
  private static final String PATH = "/v1/check-lock";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  @Test
  void theFirstCallerIsToldToGoAhead() {
    Answer locked = SERVER.admin().post(PATH, "key", "order-77", "ttl", 600);

    assertThat(locked.status()).isEqualTo(200);
    assertThat(locked.body())
        .isEqualTo(
            """
            {"success":true,"status":"locked","key":"order-77","ttl":600,"first_seen_at":null,\
            "fence":%d,"lock_id":"%s"}\
            """
                .formatted(locked.number("/fence"), locked.text("/lock_id")));
    assertThat(locked.text("/lock_id")).matches("lock_[0-9a-z]{13}");
    assertThat(locked.number("/fence")).isBetween(1L, (1L << 53) - 1);
    assertThat(locked.header("Content-Type")).isEqualTo("application/json");
    assertThat(locked.header("X-OnceOnly-Status")).isEqualTo("locked");
    assertThat(locked.header("X-Request-Id")).matches("req_[0-9a-f]{24}");
  }

  @Test
  void everybodyElseIsADuplicateUntilTheLockExpires() {
    Instant before = Instant.now().minusSeconds(1);
    SERVER.admin().post(PATH, "key", "order-78", "ttl", 600);
    Instant after = Instant.now();

    Answer duplicate = SERVER.admin().post(PATH, "key", "order-78", "ttl", 600);

    assertThat(duplicate.status()).isEqualTo(200);
    assertThat(duplicate.body())
        .isEqualTo(
            """
            {"success":false,"status":"duplicate","key":"order-78","ttl":600,"first_seen_at":"%s"}\
            """
                .formatted(duplicate.text("/first_seen_at")));
    assertThat(duplicate.text("/first_seen_at"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    assertThat(Instant.parse(duplicate.text("/first_seen_at"))).isBetween(before, after);
    assertThat(duplicate.header("X-OnceOnly-Status")).isEqualTo("duplicate");
  }

  @Test
  void aDuplicateShowsTheTtlThatItAskedFor() {
    SERVER.admin().post(PATH, "key", "order-79", "ttl", 600);

    assertThat(SERVER.admin().post(PATH, "key", "order-79", "ttl", 30).number("/ttl"))
        .isEqualTo(30);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 10",
    "9, 10",
    "10, 10",
    "11, 11",
    "2592000, 2592000",
    "2592001, 2592000",
    "9223372036854775807, 2592000"
  })
  void aTtlIsClampedToTenSecondsAndThePlansMaximum(long asked, long effective) {
    Answer locked = SERVER.admin().post(PATH, "key", "clamped-" + asked, "ttl", asked);

    assertThat(locked.text("/status")).isEqualTo("locked");
    assertThat(locked.number("/ttl")).isEqualTo(effective);
  }

  @ParameterizedTest
  @CsvSource({
    "free, 60, 3600",
    "starter, 3600, 86400",
    "pro, 21600, 604800",
    "agency, 86400, 2592000",
    "unlimited, 86400, 2592000"
  })
  void eachPlanHasItsDefaultAndItsMaximumTtl(String plan, long defaultTtl, long maximumTtl) {
    Client client = SERVER.namespace("ttl-of-" + plan, plan);

    assertThat(client.post(PATH, "key", "a").number("/ttl")).isEqualTo(defaultTtl);
    assertThat(client.post(PATH, "key", "b", "ttl", 5_000_000).number("/ttl"))
        .isEqualTo(maximumTtl);
    assertThat(client.post("/v1/ai/lease", "key", "a").number("/ttl")).isEqualTo(defaultTtl);
    assertThat(client.post("/v1/ai/lease", "key", "b", "ttl", 5_000_000).number("/ttl"))
        .isEqualTo(maximumTtl);
  }

  @Test
  void aDuplicateSeesTheWinnersMetadataWithItsNumbersAsTheyWereWritten() {
    String note =
        """
        {"amount":12345678901234567890.120,"text":"é ☃ 🦉 \\" \\\\ / \\u0001","deep":[{"a":[]},null]}\
        """;
    Answer locked =
        SERVER
            .admin()
            .postText(PATH, "{\"key\":\"noted\",\"metadata\":" + note.replace(":[", " : [ ") + "}");
    Answer duplicate = SERVER.admin().post(PATH, "key", "noted", "metadata", Json.object());

    assertThat(locked.body()).contains("\"metadata\":{\"amount\":12345678901234567890.120,");
    assertThat(duplicate.json().path("metadata")).isEqualTo(locked.json().path("metadata"));
    assertThat(duplicate.text("/metadata/text")).isEqualTo("é ☃ 🦉 \" \\ / \u0001");
  }

  @Test
  void nullIsAbsentAndUnknownFieldsAreIgnored() {
    Answer locked =
        SERVER
            .admin()
            .postText(
                PATH,
                """
                {"key":"extra","ttl":null,"metadata":null,"fingerprint":null,"colour":{"a":[1]},"":0}\
                """);

    assertThat(locked.status()).isEqualTo(200);
    assertThat(locked.number("/ttl")).isEqualTo(86_400);
    assertThat(locked.json().has("metadata")).isFalse();
  }

  @Test
  void locksAndLeasesDoNotShareTheirKeys() {
    SERVER.admin().post(PATH, "key", "same");

    assertThat(SERVER.admin().post("/v1/ai/lease", "key", "same").text("/status"))
        .isEqualTo("acquired");
    assertThat(SERVER.admin().post(PATH, "key", "same").text("/status")).isEqualTo("duplicate");
  }

  @Test
  void ofManyConcurrentCallersExactlyOneWins() throws InterruptedException {
    ConcurrentCalls calls = new ConcurrentCalls();

    assertThat(
            calls.answers(24, _ -> SERVER.admin().post(PATH, "key", "contended")).stream()
                .map(answer -> answer.text("/status"))
                .filter(status -> status.equals("locked")))
        .hasSize(1);
  }
}
