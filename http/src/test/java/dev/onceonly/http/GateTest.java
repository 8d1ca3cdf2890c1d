package dev.onceonly.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import dev.onceonly.http.gate.RateLimiter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
class GateTest {
  private final AtomicLong nanos = new AtomicLong();

  @SuppressWarnings("NullAway.Init")
  private TestServer server;

  @BeforeAll
  void start() {
    server =
        new TestServer(
            HttpSettings.on("127.0.0.1", 0),
            new RateLimiter(1, 3, nanos::get),
            TestServer.errors(503),
            Route.post("/v1/work", Set.of(Role.ADMIN, Role.AGENT), GateTest::work),
            Route.get(
                "/v1/me", TestServer.EVERYBODY, r -> Reply.ok(Map.of("key", r.caller().keyId()))),
            Route.open("/healthz", _ -> Reply.ok(Map.of())));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static Reply work(Request request) {
    String key = request.body().key("key");
    request.done();
    return Reply.ok(Map.of("key", key));
  }

  // Every test starts with full buckets.
  private RawClient client() {
    nanos.addAndGet(1_000_000_000_000L);
    return new RawClient(server.port());
  }

  private static RawClient.Answer ask(RawClient client, String authorization) {
    client.send("GET /v1/me HTTP/1.1\r\nHost: a\r\n" + authorization + "\r\n");
    return client.answer();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Authorization:\r\n",
        "Authorization: key-admin\r\n",
        "Authorization: Basic key-admin\r\n",
        "Authorization: Bearer\r\n",
        "Authorization: Bearer   \r\n",
        "Authorization: Bearerkey-admin\r\n",
        "X-Authorization: Bearer key-admin\r\n",
      })
  void withoutABearerTokenItIs401(String header) {
    try (RawClient client = client()) {
      RawClient.Answer answer = ask(client, header);
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.body()).isEqualTo("{\"detail\":\"Missing Authorization Bearer token\"}");
      assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer key-admim, Invalid API key",
    "Bearer KEY-ADMIN, Invalid API key",
    "Bearer key-admin x, Invalid API key",
    "Bearer key-disabled, API key disabled",
  })
  void wrongOrDisabledKeyIs403(String value, String detail) {
    try (RawClient client = client()) {
      RawClient.Answer answer = ask(client, "Authorization: " + value + "\r\n");
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body()).isEqualTo("{\"detail\":\"" + detail + "\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer", "bearer", "BEARER", "Bearer  "})
  void schemeIsTakenInAnyCase(String scheme) {
    try (RawClient client = client()) {
      assertThat(ask(client, "authorization: " + scheme + " key-admin\r\n").body())
          .isEqualTo("{\"key\":\"key_admin\"}");
    }
  }

  @Test
  void roleThatIsNotAdmittedIs403() {
    try (RawClient client = client()) {
      client.send("POST /v1/work HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer key-reader\r\n\r\n");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body())
          .isEqualTo("{\"detail\":{\"error\":\"forbidden\",\"role\":\"reader\"}}");
    }
  }

  @Test
  void rateIsCheckedForEachKeyAfterItsRole() {
    try (RawClient client = client()) {
      for (int i = 0; i < 3; i++) {
        assertThat(ask(client, "Authorization: Bearer key-admin\r\n").status()).isEqualTo(200);
      }
      RawClient.Answer refused = ask(client, "Authorization: Bearer key-admin\r\n");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.body()).isEqualTo("{\"detail\":{\"error\":\"rate_limited\"}}");
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      assertThat(ask(client, "Authorization: Bearer key-agent\r\n").status()).isEqualTo(200);
      nanos.addAndGet(1_000_000_000L);
      assertThat(ask(client, "Authorization: Bearer key-admin\r\n").status()).isEqualTo(200);
    }
  }

  /// One request that breaks every rule shows, rule by rule, which is checked first.
  @Test
  void checksComeInTheOrderOfTheContract() {
    String bad = "Content-Type: text/plain\r\nX-Request-Id: " + "x".repeat(257) + "\r\n";
    try (RawClient client = client()) {
      assertThat(post(client, "/v1/none", "", bad, "{").status()).isEqualTo(404);
      assertThat(post(client, "/v1/me", "", bad, "{").status()).isEqualTo(405);
      assertThat(post(client, "/v1/work", "", bad, "{").status()).isEqualTo(401);
      assertThat(post(client, "/v1/work", "key-wrong", bad, "{").status()).isEqualTo(403);
      assertThat(post(client, "/v1/work", "key-reader", bad, "{").status()).isEqualTo(403);
      assertThat(post(client, "/v1/work", "key-agent", bad, "{").status()).isEqualTo(415);
      String json = bad.replace("text/plain", "application/json");
      assertThat(post(client, "/v1/work", "key-agent", json, "{").status()).isEqualTo(422);
      assertThat(post(client, "/v1/work", "key-agent", json, "{}").body()).contains("x-request-id");
      assertThat(post(client, "/v1/work", "key-agent", json, "{}").status()).isEqualTo(429);
    }
  }

  private static RawClient.Answer post(
      RawClient client, String path, String key, String headers, String body) {
    String authorization = key.isEmpty() ? "" : "Authorization: Bearer " + key + "\r\n";
    client.send(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: a\r\n"
            + authorization
            + headers
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
    return client.answer();
  }

  @Test
  void openPageNeedsNoKeyAndTakesAWrongOne() {
    try (RawClient client = client()) {
      for (String header : List.of("", "Authorization: Bearer nonsense\r\n")) {
        client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n" + header + "\r\n");
        assertThat(client.answer().status()).isEqualTo(200);
      }
    }
  }
}
