package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Paths, methods and media types.
class PathTest {
  private static final String BEARER = "Authorization: Bearer " + LiveServer.ADMIN_KEY;
  private static final byte[] NOTHING = {};

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final RawHttp raw = new RawHttp(SERVER.port());

  @Test
  void theRootIsAPageForPeopleAndNothingForPrograms() {
    for (List<String> lines : List.of(List.of(BEARER), List.<String>of())) {
      assertThat(raw.send("GET /", lines, NOTHING).status()).isEqualTo(404);
      Answer wrong = raw.send("POST /", lines, NOTHING);
      assertThat(wrong.status()).isEqualTo(405);
      assertThat(wrong.header("Allow")).isEqualTo("GET, HEAD");
    }
    Answer page = raw.send("GET /", List.of("Accept: text/html"), NOTHING);
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1",
        "/v1/",
        "/v2/me",
        "/v1/nothing",
        "/v1/me/",
        "//v1/me",
        "/v1//me",
        "/v1/./me",
        "/v1/x/../me",
        "/V1/me",
        "/v1/ME",
        "/v1/me%2F",
        "/v1%2Fme",
        "/v1/me;a=b",
        "/v1/check-lock/",
        "/v1/check-lock/release/x",
        "/v1/ai",
        "/v1/%zz",
        "/v1/%ff",
        "/v1/%c0%af",
        "/v1/runs/../me",
        "/admin"
      })
  void anUnknownPathIsNotFoundWithOrWithoutAKey(String path) {
    for (List<String> lines :
        List.of(List.of(BEARER), List.<String>of(), List.of("Authorization: x"))) {
      for (String method : List.of("GET", "POST", "DELETE")) {
        Answer answer = raw.send(method + " " + path, lines, NOTHING);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("{\"detail\":\"Not Found\"}");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("X-Request-Id")).isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/check-lock, POST",
    "PUT, /v1/check-lock, POST",
    "DELETE, /v1/check-lock, POST",
    "HEAD, /v1/check-lock, POST",
    "OPTIONS, /v1/check-lock, POST",
    "TRACE, /v1/check-lock, POST",
    "BREW, /v1/check-lock, POST",
    "GET, /v1/check-lock/release, POST",
    "GET, /v1/check-lock/batch, POST",
    "GET, /v1/ai/lease, POST",
    "GET, /v1/ai/extend, POST",
    "GET, /v1/ai/complete, POST",
    "GET, /v1/ai/fail, POST",
    "GET, /v1/ai/cancel, POST",
    "POST, /v1/ai/status, GET",
    "POST, /v1/ai/result, GET",
    "HEAD, /v1/ai/result, GET",
    "POST, /v1/usage, GET",
    "POST, /v1/usage/all, GET",
    "PATCH, /v1/me, GET",
    "GET, /v1/me/notifications, POST",
    "POST, /v1/metrics, GET",
    "POST, /v1/runs, GET",
    "GET, /v1/ai/run, POST",
    "POST, /healthz, 'GET, HEAD'",
    "DELETE, /metrics, 'GET, HEAD'"
  })
  void anotherMethodOnAKnownPathIsToldWhichAreAllowed(String method, String path, String allow) {
    for (List<String> lines : List.of(List.of(BEARER), List.<String>of())) {
      Answer answer = raw.send(method + " " + path, lines, NOTHING);
      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.header("Allow")).isEqualTo(allow);
      if (!method.equals("HEAD")) {
        assertThat(answer.body()).isEqualTo("{\"detail\":\"Method Not Allowed\"}");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "APPLICATION/JSON",
        "application/json;charset=utf-8",
        "application/json ; charset=UTF-8",
        "application/problem+json",
        "application/vnd.example.v2+json; a=b"
      })
  void jsonByAnyNameIsRead(String type) {
    Answer answer = lock(type, List.of("Content-Type: " + type));

    assertThat(answer.text("/status")).isEqualTo("locked");
  }

  @Test
  void aBodyWithoutAMediaTypeIsReadAsJson() {
    assertThat(lock("untyped", List.of()).text("/status")).isEqualTo("locked");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/xml; a=application/json",
        "json",
        "+json",
        "*/*"
      })
  void anotherMediaTypeIsRefusedAndNothingIsHeld(String type) {
    Answer answer = lock(type, List.of("Content-Type: " + type));

    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.body()).isEqualTo("{\"detail\":\"Unsupported Media Type\"}");
    assertThat(lock(type, List.of()).text("/status")).isEqualTo("locked");
  }

  @Test
  void aRequestWithoutABodyNeedsNoMediaType() {
    Answer answer =
        raw.post(
            "/v1/check-lock", NOTHING, List.of("Content-Type: text/plain", "Content-Length: 0"));

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.mistakes()).containsExactly("missing at body.key: Field required");
  }

  @Test
  void aBodyOfAGetIsNotLookedAt() {
    Answer answer =
        raw.send("GET /v1/me", List.of(BEARER, "Content-Type: text/plain"), new byte[] {'{'});

    assertThat(answer.status()).isEqualTo(200);
  }

  private Answer lock(String key, List<String> lines) {
    return raw.post("/v1/check-lock", Body.of("key", key).getBytes(StandardCharsets.UTF_8), lines);
  }
}
