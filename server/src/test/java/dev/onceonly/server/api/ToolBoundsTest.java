package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a tool's registration may say, and what is refused and named.
class ToolBoundsTest {
  private static final String TOOLS = "/v1/tools";
  private static final String URL = "https://tools.example.org/mail";
  private static final String SECRET = "s3cret-of-the-tool-xyz";
  private static final String NAME = "n".repeat(256);
  private static final String SCOPE = "agent:" + "🤖".repeat(256);
  private static final String LONGEST = URL + "?" + "q".repeat(2_048 - URL.length() - 1);

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final Client admin = SERVER.admin();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name | \"\" | string_too_short at body.name",
        "name | \"a b\" | value_error at body.name",
        "name | \"mail.*\" | value_error at body.name",
        "name | \"бот\" | value_error at body.name",
        "name | 7 | string_type at body.name",
        "name | null | missing at body.name",
        "scope_id | \"\" | string_too_short at body.scope_id",
        "scope_id | \"Global\" | value_error at body.scope_id",
        "scope_id | \"agent:\" | value_error at body.scope_id",
        "scope_id | \"agent:*\" | value_error at body.scope_id",
        "url | null | missing at body.url",
        "url | \"\" | string_too_short at body.url",
        "url | \"/mail\" | value_error at body.url",
        "url | \"ftp://tools.example.org/\" | value_error at body.url",
        "url | \"https:///path\" | value_error at body.url",
        "url | \"https://user:pass@tools.example.org/\" | value_error at body.url",
        "url | \"http://tools.example.org/\" | value_error at body.url",
        "url | \"javascript:alert(1)\" | value_error at body.url",
        "url | \"https://127.0.0.1/\" | value_error at body.url",
        "url | \"https://[::1]/\" | value_error at body.url",
        "url | \"https://10.1.2.3/\" | value_error at body.url",
        "url | \"https://192.168.1.1:8443/\" | value_error at body.url",
        "url | \"https://169.254.169.254/latest/meta-data/\" | value_error at body.url",
        "url | \"https://[::ffff:127.0.0.1]/\" | value_error at body.url",
        "url | \"https://[fd00:ec2::254]/\" | value_error at body.url",
        "url | \"https://0.0.0.0/\" | value_error at body.url",
        "url | \"https://localhost/\" | value_error at body.url",
        "auth | \"secret\" | dict_type at body.auth",
        "auth | {\"secret\":\"long-enough\"} | missing at body.auth.type",
        "auth | {\"type\":\"basic\",\"secret\":\"long-enough\"} | value_error at body.auth.type",
        "auth | {\"type\":\"hmac_sha256\",\"secret\":\"7 chars\"} | string_too_short at body.auth",
        "auth | {\"type\":\"hmac_sha256\",\"secret\":12345678} | string_type at body.auth.secret",
        "timeout_ms | 249 | greater_than_equal at body.timeout_ms",
        "timeout_ms | 120001 | less_than_equal at body.timeout_ms",
        "timeout_ms | 1000.5 | int_from_float at body.timeout_ms",
        "max_retries | -1 | greater_than_equal at body.max_retries",
        "max_retries | 11 | less_than_equal at body.max_retries",
        "enabled | 1 | bool_type at body.enabled",
        "signature | \"v3\" | value_error at body.signature",
        "description | 5 | string_type at body.description"
      })
  void whatIsOutOfItsBoundsIsRefusedAndNamed(String field, String value, String mistake) {
    Map<String, String> fields = new HashMap<>();
    fields.put("name", "\"refused\"");
    fields.put("url", "\"" + URL + "\"");
    fields.put("auth", "{\"type\":\"hmac_sha256\",\"secret\":\"" + SECRET + "\"}");
    fields.put(field, value);
    StringBuilder body = new StringBuilder("{");
    fields.forEach((name, json) ->
        body.append(body.length() > 1 ? "," : "")
            .append('"')
            .append(name)
            .append("\":")
            .append(json));

    Answer refused = admin.postText(TOOLS, body.append('}').toString());

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.mistakes()).hasSize(1);
    assertThat(refused.mistakes().getFirst()).startsWith(mistake);
    assertThat(refused.body()).doesNotContain(SECRET, "long-enough", "7 chars", "12345678");
    assertThat(admin.get(TOOLS + "/refused").status()).isEqualTo(404);
  }

  @Test
  void theLargestIsTaken() {
    Answer most =
        admin.postText(
            TOOLS,
            Body.of(
                "name",
                NAME,
                "scope_id",
                SCOPE,
                "url",
                LONGEST,
                "auth",
                auth("ß".repeat(256)),
                "timeout_ms",
                120_000,
                "max_retries",
                10,
                "description",
                "d".repeat(512)));

    assertThat(most.status()).isEqualTo(200);
    assertThat(most.text("/url")).isEqualTo(LONGEST);
    assertThat(admin.get(TOOLS + "/" + NAME, "scope_id", SCOPE).body()).isEqualTo(most.body());
  }

  @Test
  void theSmallestIsTaken() {
    Answer least =
        admin.postText(
            TOOLS,
            "{\"name\":\"a\",\"url\":\"https://t.example.org\",\"timeout_ms\":250,"
                + "\"auth\":{\"type\":\"hmac_sha256\",\"secret\":\"8 chars!\"},"
                + "\"max_retries\":0,\"description\":\"\"}");

    assertThat(least.status()).isEqualTo(200);
    assertThat(least.number("/timeout_ms")).isEqualTo(250);
    assertThat(least.number("/max_retries")).isZero();
  }

  @Test
  void oneMoreThanTheLargestIsTooLong() {
    assertTooLong("body.name", "name", NAME + "n", "url", URL, "auth", auth(SECRET));
    assertTooLong("body.url", "name", "u", "url", LONGEST + "q", "auth", auth(SECRET));
    assertTooLong("body.auth.secret", "name", "u", "url", URL, "auth", auth("s".repeat(257)));
    assertTooLong("body.description", "name", "u", "url", URL, "description", "d".repeat(513));
    assertTooLong("body.scope_id", "name", "u", "url", URL, "scope_id", SCOPE + "x");
    assertThat(admin.get(TOOLS, "scope_id", SCOPE + "x").status()).isEqualTo(422);
  }

  private void assertTooLong(String place, Object... fields) {
    Answer refused = admin.post(TOOLS, fields);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.mistakes())
        .singleElement()
        .asString()
        .startsWith("string_too_long at " + place);
  }

  private static Map<String, String> auth(String secret) {
    return Map.of("type", "hmac_sha256", "secret", secret);
  }
}
