package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Idempotency keys: 1 to 256 code points, compared exactly.
class KeyBoundsTest {
  private static final String LOCK = "/v1/check-lock";
  private static final String LEASE = "/v1/ai/lease";
  private static final String STATUS = "/v1/ai/status";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final Client admin = SERVER.admin();

  static Stream<String> keys() {
    return Stream.of(
        "a",
        " a ",
        "\ta\n",
        "order 77",
        "a+b",
        "100%",
        "a%2Fb",
        "%zz",
        "a/b//c/../d",
        "a\\b",
        "\"quoted\" and 'quoted'",
        "?a=b&c=d#e;f",
        "<script>alert(1)</script>",
        "'; DROP TABLE locks; --",
        "ключ-ключ",
        "鍵",
        "مفتاح",
        "é",
        "e\u0301",
        "🦉",
        "👩‍👩‍👧",
        "\u0001\u007f\u0085",
        "\uFFFD",
        "\uFEFFa",
        "\uFFFF",
        "\uDBFF\uDFFF",
        "null",
        "{\"key\":\"a\"}",
        "x".repeat(256),
        "🦉".repeat(256),
        "\u0001".repeat(256));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aKeyComesBackExactlyAsItWasSent(String key) {
    Answer locked = admin.post(LOCK, "key", key);
    Answer acquired = admin.post(LEASE, "key", key);
    Answer status = admin.get(STATUS, "key", key);
    Answer result = admin.get("/v1/ai/result", "key", key);

    assertThat(locked.text("/status")).isEqualTo("locked");
    assertThat(locked.text("/key")).isEqualTo(key);
    assertThat(acquired.text("/status")).isEqualTo("acquired");
    assertThat(acquired.text("/key")).isEqualTo(key);
    assertThat(status.text("/status")).isEqualTo("in_progress");
    assertThat(status.text("/key")).isEqualTo(key);
    assertThat(status.text("/lease_id")).isEqualTo(acquired.text("/lease_id"));
    assertThat(result.text("/key")).isEqualTo(key);
    assertThat(admin.post("/v1/ai/complete", LeaseFields.of(key, acquired)).text("/key"))
        .isEqualTo(key);
    assertThat(admin.get("/v1/events", "limit", "1").text("/0/key")).isEqualTo(key);
  }

  @Test
  void everyOctetOfAQueryMayBeEscaped() {
    Answer acquired = admin.post(LEASE, "key", "a b-é");
    for (String written : List.of("a%20b-%C3%A9", "a+b-%c3%a9", "%61%20%62%2d%c3%a9")) {
      assertThat(new RawHttp(SERVER.port()).get(STATUS + "?key=" + written).text("/lease_id"))
          .isEqualTo(acquired.text("/lease_id"));
    }
  }

  @Test
  void keysThatOnlyLookAlikeAreDifferentKeys() {
    for (String key :
        List.of("alike", "Alike", "alike ", " alike", "alike\u200b", "ａlike", "alik\u0435")) {
      assertThat(admin.post(LOCK, "key", key).text("/status")).isEqualTo("locked");
      assertThat(admin.post(LEASE, "key", key).text("/status")).isEqualTo("acquired");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "   ", "\t\r\n", "\u00a0", "\u0085", "\u2007\u202f", "\u3000\u2003"})
  void whiteSpaceAloneIsNoKey(String key) {
    assertRefused(key, "value_error", "Value error, only white space");
  }

  @Test
  void aKeyHas1To256CodePoints() {
    String few = "String should have at least 1 character";
    String many = "String should have at most 256 characters";
    assertRefused("", "string_too_short", few);
    assertRefused("x".repeat(257), "string_too_long", many);
    assertRefused("🦉".repeat(257), "string_too_long", many);
    assertRefused("x" + "é".repeat(256), "string_too_long", many);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u0000", "a\u0000", "\u0000a", "a\u0000b"})
  void theZeroCharacterIsNotAllowed(String key) {
    assertRefused(key, "value_error", "Value error, U+0000 is not allowed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "7.0", "true", "[\"a\"]", "{\"a\":1}"})
  void aKeyIsAText(String json) {
    for (String path : List.of(LOCK, LEASE)) {
      Answer refused = admin.postText(path, "{\"key\":" + json + "}");
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.mistakes())
          .containsExactly("string_type at body.key: Input should be a valid string");
    }
  }

  @Test
  void nullIsNoKey() {
    assertThat(admin.postText(LOCK, "{\"key\":null}").mistakes())
        .containsExactly("missing at body.key: Field required");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%",
        "%4",
        "%zz",
        "%4g",
        "a%",
        "%u0041",
        "%ff",
        "%c0%af",
        "%e0%80%af",
        "%ed%a0%80",
        "%f4%90%80%80",
        "%e2%82",
        "é"
      })
  void whatIsNoEscapeOrNoUtf8InAQueryIsRefused(String written) {
    RawHttp raw = new RawHttp(SERVER.port());
    for (String path : List.of(STATUS, "/v1/ai/result")) {
      Answer refused = raw.get(path + "?key=" + written);
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.mistakes())
          .contains("value_error at query.key: Value error, invalid percent escape or UTF-8");
    }
  }

  @Test
  void anInvalidEscapeIsRefusedEvenWhereNobodyReadsTheQuery() {
    RawHttp raw = new RawHttp(SERVER.port());

    assertThat(raw.get("/v1/me?x=%zz").mistakes())
        .containsExactly("value_error at query.x: Value error, invalid percent escape or UTF-8");
    assertThat(raw.get("/v1/usage/all?%ff").status()).isEqualTo(422);
    assertThat(raw.post(LOCK + "?x=%zz", "{\"key\":\"with-a-query\"}").status()).isEqualTo(422);
    assertThat(raw.post(LOCK + "?x=%20", "{\"key\":\"with-a-query\"}").text("/status"))
        .isEqualTo("locked");
  }

  private void assertRefused(String key, String type, String message) {
    for (String path : List.of(LOCK, LEASE)) {
      Answer refused = admin.post(path, "key", key);
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.mistakes()).containsExactly(type + " at body.key: " + message);
    }
    Answer refused =
        new RawHttp(SERVER.port())
            .get(STATUS + "?key=" + URLEncoder.encode(key, StandardCharsets.UTF_8));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.mistakes()).containsExactly(type + " at query.key: " + message);
  }
}
