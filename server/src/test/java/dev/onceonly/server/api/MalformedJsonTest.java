package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies that are no JSON, or JSON beyond our bounds: refused, and nothing is held.
class MalformedJsonTest {
  private static final String LOCK = "/v1/check-lock";
  private static final String LEASE = "/v1/ai/lease";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final Client admin = SERVER.admin();

  static Stream<Arguments> malformed() {
    return Stream.of(
        arguments("white space only", "   "),
        arguments("unclosed object", "{\"key\":\"K\""),
        arguments("unclosed text", "{\"key\":\"K"),
        arguments("comma too many", "{\"key\":\"K\",}"),
        arguments("comma too few", "{\"key\":\"K\" \"ttl\":60}"),
        arguments("single quotes", "{'key':'K'}"),
        arguments("no quotes", "{key:\"K\"}"),
        arguments("a comment", "{\"key\":\"K\"/* note */}"),
        arguments("a line comment", "{\"key\":\"K\"}// note"),
        arguments("text after the value", "{\"key\":\"K\"} x"),
        arguments("two values", "{\"key\":\"K\"}{\"key\":\"K\"}"),
        arguments("a bracket too many", "{\"key\":\"K\"}}"),
        arguments("a name twice", "{\"key\":\"K\",\"key\":\"K\"}"),
        arguments("a name twice by an escape", "{\"key\":\"K\",\"\\u006bey\":\"K\"}"),
        arguments("a name twice within", "{\"key\":\"K\",\"metadata\":{\"a\":1,\"a\":1}}"),
        arguments("an unknown name twice", "{\"x\":1,\"key\":\"K\",\"x\":1}"),
        arguments("a bad escape", "{\"key\":\"K\",\"x\":\"\\q\"}"),
        arguments("half an escape", "{\"key\":\"K\",\"x\":\"\\u00\"}"),
        arguments("a line break in a text", "{\"key\":\"K\",\"x\":\"a\nb\"}"),
        arguments("a control character in a text", "{\"key\":\"K\",\"x\":\"a\u0001b\"}"),
        arguments("a zero byte", "{\"key\":\"K\"}\u0000"),
        arguments("half a surrogate pair", "{\"key\":\"K\",\"x\":\"\\ud83e\"}"),
        arguments("the other half", "{\"key\":\"K\",\"x\":\"\\udd89\"}"),
        arguments("a pair the wrong way round", "{\"key\":\"K\",\"x\":\"\\udd89\\ud83e\"}"),
        arguments("half a pair in a name", "{\"key\":\"K\",\"\\ud83e\":1}"),
        arguments("not a number", "{\"key\":\"K\",\"ttl\":NaN}"),
        arguments("infinity", "{\"key\":\"K\",\"ttl\":Infinity}"),
        arguments("a plus sign", "{\"key\":\"K\",\"ttl\":+60}"),
        arguments("a leading zero", "{\"key\":\"K\",\"ttl\":060}"),
        arguments("no digit before the point", "{\"key\":\"K\",\"ttl\":.5}"),
        arguments("no digit after the point", "{\"key\":\"K\",\"ttl\":5.}"),
        arguments("hexadecimal", "{\"key\":\"K\",\"ttl\":0x3c}"),
        arguments("other words", "{\"key\":\"K\",\"x\":True}"),
        arguments("an exponent beyond 400", "{\"key\":\"K\",\"ttl\":1e401}"),
        arguments("a small exponent beyond 400", "{\"key\":\"K\",\"x\":1e-401}"),
        arguments("an exponent in the metadata", "{\"key\":\"K\",\"metadata\":{\"a\":[1E+401]}}"),
        arguments("a thousand and one digits", "{\"key\":\"K\",\"x\":" + "1".repeat(1_001) + "}"),
        arguments("65 levels", nested(65)),
        arguments("65 levels of lists", nestedLists(65)),
        arguments("50,000 levels", "{\"key\":\"K\",\"x\":" + "[".repeat(50_000)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void whatIsNoJsonIsRefusedAndNothingIsHeld(String name, String template) {
    String body = template.replace("K", name);
    for (String path : List.of(LOCK, LEASE)) {
      assertRefused(admin.postText(path, body));
      assertFree(path, name);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c328",
        "c0af",
        "e080af",
        "f08080af",
        "eda080",
        "edb0bf",
        "f4908080",
        "f5808080",
        "80",
        "ff",
        "fe",
        "e282",
        "f09fa6"
      })
  void invalidUtf8IsRefusedAndNothingIsHeld(String octets) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(("{\"key\":\"k" + octets + "\",\"x\":\"").getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(HexFormat.of().parseHex(octets));
    body.writeBytes("\"}".getBytes(StandardCharsets.US_ASCII));

    Answer refused =
        new RawHttp(SERVER.port())
            .post(LOCK, body.toByteArray(), List.of("Content-Type: application/json"));

    assertRefused(refused);
    assertFree(LOCK, "k" + octets);
  }

  @Test
  void otherEncodingsAreRefused() {
    for (var encoding : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      assertRefused(
          new RawHttp(SERVER.port())
              .post(
                  LOCK,
                  "{\"key\":\"wide\"}".getBytes(encoding),
                  List.of("Content-Type: application/json; charset=utf-16")));
    }
    assertFree(LOCK, "wide");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 63, 64})
  void aBodyMayHave64Levels(int levels) {
    assertThat(admin.postText(LOCK, nested(levels).replace("K", "deep-" + levels)).status())
        .isEqualTo(200);
    assertThat(admin.postText(LEASE, nestedLists(levels).replace("K", "deep-" + levels)).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e100000000",
        "-1e100000000",
        "1e-100000000",
        "1e99999999999999999999999999",
        "0e100000000",
        "1.5E+100000000"
      })
  void anAbsurdExponentIsRefusedAtOnce(String number) {
    long start = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      assertRefused(admin.postText(LOCK, "{\"key\":\"absurd\",\"ttl\":" + number + "}"));
      assertRefused(
          admin.postText(LEASE, "{\"key\":\"absurd\",\"metadata\":{\"a\":" + number + "}}"));
    }
    // A parser that makes an integer of it needs half a minute for one.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(admin.get("/v1/ai/status", "key", "absurd").text("/status")).isEqualTo("not_found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "[{\"key\":\"K\"}]", "\"K\"", "7", "true"})
  void aBodyIsAnObject(String body) {
    for (String path : List.of(LOCK, LEASE, "/v1/ai/complete", LOCK + "/batch")) {
      Answer refused = admin.postText(path, body);
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.mistakes())
          .containsExactly("dict_type at body: Input should be a valid dictionary");
    }
  }

  @Test
  void anEmptyBodyIsAnEmptyObject() {
    for (String path : List.of(LOCK, LEASE)) {
      assertThat(admin.postText(path, "").mistakes())
          .containsExactly("missing at body.key: Field required");
    }
  }

  @Test
  void whiteSpaceAroundTheValueIsFine() {
    assertThat(admin.postText(LOCK, "\r\n\t {\"key\" : \"spaced\" }\n ").text("/key"))
        .isEqualTo("spaced");
  }

  @Test
  void allMistakesAreNamedAtOnce() {
    assertThat(
            admin
                .postText(
                    LOCK,
                    "{\"key\":\"\",\"ttl\":0,\"metadata\":7,\"fingerprint\":\"\"}",
                    "X-OnceOnly-Attempt-Id",
                    "a b")
                .mistakes())
        .extracting(mistake -> mistake.split(":", 2)[0])
        .containsExactlyInAnyOrder(
            "value_error at header.X-OnceOnly-Attempt-Id",
            "string_too_short at body.key",
            "greater_than at body.ttl",
            "dict_type at body.metadata",
            "string_too_short at body.fingerprint");
  }

  private void assertFree(String path, String key) {
    assertThat(admin.post(path, "key", key).text("/status")).isIn("locked", "acquired");
  }

  private static void assertRefused(Answer refused) {
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.mistakes()).hasSize(1);
    assertThat(refused.mistakes().getFirst()).matches("json_invalid at body\\.\\d+: .+");
  }

  /// The body's own object is level 1.
  private static String nested(int levels) {
    int inner = levels - 1;
    return "{\"key\":\"K\",\"metadata\":" + "{\"a\":".repeat(inner) + "1" + "}".repeat(inner) + "}";
  }

  private static String nestedLists(int levels) {
    int inner = levels - 1;
    return "{\"key\":\"K\",\"x\":" + "[".repeat(inner) + "]".repeat(inner) + "}";
  }
}
