package dev.onceonly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.http.input.InvalidInput;
import dev.onceonly.http.input.Problem;
import dev.onceonly.http.json.Json;
import dev.onceonly.http.observe.FailureLog;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.StringNode;

class ErrorMappingTest {
  private static final FailureLog.Place PLACE = new FailureLog.Place("a batch", "");

  private final ErrorMapping errors = TestServer.errors(503);

  private static String body(Reply reply) {
    return new String(reply.body(), StandardCharsets.UTF_8);
  }

  private static Optional<String> header(Reply reply, String name) {
    return reply.headers().stream()
        .filter(line -> line.name().equals(name))
        .map(Reply.Line::value)
        .findFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "MISSING_TOKEN | 401 | {\"detail\":\"Missing Authorization Bearer token\"}",
        "INVALID_API_KEY | 403 | {\"detail\":\"Invalid API key\"}",
        "API_KEY_DISABLED | 403 | {\"detail\":\"API key disabled\"}",
        "FORBIDDEN | 403 | {\"detail\":{\"error\":\"forbidden\"}}",
        "RATE_LIMITED | 429 | {\"detail\":{\"error\":\"rate_limited\"}}",
        "UNSUPPORTED_MEDIA_TYPE | 415 | {\"detail\":\"Unsupported Media Type\"}",
        "BODY_TOO_LARGE | 413 | {\"detail\":\"Content Too Large\"}",
        "HEADERS_TOO_LARGE | 431 | {\"detail\":\"Request Header Fields Too Large\"}",
        "URI_TOO_LONG | 414 | {\"detail\":\"URI Too Long\"}",
        "REQUEST_TIMEOUT | 408 | {\"detail\":\"Request Timeout\"}",
        "BAD_REQUEST | 400 | {\"detail\":\"Bad Request\"}",
        "NOT_FOUND | 404 | {\"detail\":\"Not Found\"}",
        "METHOD_NOT_ALLOWED | 405 | {\"detail\":\"Method Not Allowed\"}",
        "OVERLOADED | 429 | {\"detail\":{\"error\":\"overloaded\"}}",
        "STORAGE_LOW | 429 | {\"detail\":{\"error\":\"storage_low\"}}",
        "PAUSED | 503 | {\"detail\":{\"error\":\"paused\"}}",
        "STORAGE_UNAVAILABLE | 503 | {\"detail\":{\"error\":\"storage_unavailable\"}}",
        "SECRETS_KEY_MISSING | 503 | {\"detail\":{\"error\":\"secrets_key_missing\"}}",
        "UNKNOWN_OUTCOME | 503 | {\"detail\":{\"error\":\"unknown_outcome\"}}",
        "INTERNAL | 500 | {\"detail\":\"Internal Server Error\"}",
        "INVALID_INPUT | 422 | {\"detail\":[{\"type\":\"value_error\",\"loc\":[\"body\"],\"msg\":\"Value error, why\",\"input\":{}}]}",
      })
  void codeHasItsStatusAndBody(ErrorCode code, int status, String body) {
    Reply reply = errors.reply(new Failure(code, "why"), null, "");
    assertThat(reply.status()).isEqualTo(status);
    assertThat(body(reply)).isEqualTo(body);
    assertThat(reply.contentType()).isEqualTo("application/json");
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void each429SaysWhenToComeBack(ErrorCode code) {
    Reply reply = errors.reply(new Failure(code, "why"), null, "");
    assertThat(header(reply, "Retry-After").isPresent()).isEqualTo(reply.status() == 429);
    Reply later = errors.reply(new Failure(code, "why", Map.of(), 30), null, "");
    assertThat(header(later, "Retry-After")).contains("30");
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {"STORAGE_UNAVAILABLE", "UNKNOWN_OUTCOME"})
  void unavailableIs429OnlyWhereSetAndOnlyOnRoutesThatAsk(ErrorCode code) {
    ErrorMapping careful = TestServer.errors(429);
    Route other = Route.openPost("/a", _ -> Reply.ok(Map.of()));
    Route checkLock = other.withUnavailableAsConfigured();
    Failure failure = new Failure(code, "why");
    assertThat(careful.reply(failure, checkLock, "").status()).isEqualTo(429);
    assertThat(header(careful.reply(failure, checkLock, ""), "Retry-After")).isPresent();
    assertThat(careful.reply(failure, other, "").status()).isEqualTo(503);
    assertThat(careful.reply(failure, null, "").status()).isEqualTo(503);
    assertThat(errors.reply(failure, checkLock, "").status()).isEqualTo(503);
  }

  @Test
  void unavailableStatusIsOneOfTwo() {
    assertThatThrownBy(() -> TestServer.errors(500)).hasMessageContaining("503 or 429");
  }

  @Test
  void factsStandBesideTheCode() {
    Failure forbidden = new Failure(ErrorCode.FORBIDDEN, "why", Map.of("role", "reader"), 0);
    assertThat(body(errors.reply(forbidden, null, "")))
        .isEqualTo("{\"detail\":{\"error\":\"forbidden\",\"role\":\"reader\"}}");
    Failure missing = new Failure(ErrorCode.NOT_FOUND, "why", Map.of("error", "call_not_found"), 0);
    assertThat(body(errors.reply(missing, null, "")))
        .isEqualTo("{\"detail\":{\"error\":\"call_not_found\"}}");
  }

  @Test
  void problemsAreAList() {
    Problem shown =
        new Problem("missing", List.of("body", "items", 3), "Field required", Json.object());
    Problem hidden = new Problem("string_type", List.of("body", "auth"), "no", null);
    Problem text = new Problem("string_type", List.of("body", "a"), "no", StringNode.valueOf("x"));
    InvalidInput invalid = new InvalidInput(List.of(shown, hidden, text));
    assertThat(errors.reply(invalid, null, "").status()).isEqualTo(422);
    assertThat(body(errors.reply(invalid, null, "")))
        .isEqualTo(
            "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"items\",3],\"msg\":\"Field required\",\"input\":{}},"
                + "{\"type\":\"string_type\",\"loc\":[\"body\",\"auth\"],\"msg\":\"no\"},"
                + "{\"type\":\"string_type\",\"loc\":[\"body\",\"a\"],\"msg\":\"no\",\"input\":\"x\"}]}");
    assertThat(errors.body(invalid, PLACE).toString())
        .isEqualTo(body(errors.reply(invalid, null, "")));
  }

  @Test
  void anythingElseSaysNothing() {
    Reply reply = errors.reply(new IllegalStateException("the password is hush"), null, "");
    assertThat(reply.status()).isEqualTo(500);
    assertThat(body(reply)).isEqualTo("{\"detail\":\"Internal Server Error\"}");
    assertThat(errors.body(new IllegalStateException("hush"), PLACE).toString())
        .isEqualTo("{\"detail\":\"Internal Server Error\"}");
  }
}
