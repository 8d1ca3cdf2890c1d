package dev.onceonly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class StreamedReplyTest {
  private static final int MANY = 20_000;

  @SuppressWarnings("NullAway.Init")
  private TestServer server;

  @BeforeAll
  void start() {
    server =
        new TestServer(
            Route.get("/v1/none", TestServer.EVERYBODY, _ -> Reply.list(numbered(0))),
            Route.get("/v1/few", TestServer.EVERYBODY, _ -> Reply.list(numbered(2))),
            Route.get("/v1/many", TestServer.EVERYBODY, _ -> Reply.list(numbered(MANY))),
            Route.get(
                "/v1/within",
                TestServer.EVERYBODY,
                _ -> Reply.list("{\"total\":2,\"items\":[", numbered(2), "]}")),
            Route.get("/v1/refused", TestServer.EVERYBODY, _ -> Reply.list(failingAt(0))),
            Route.get("/v1/early", TestServer.EVERYBODY, _ -> Reply.list(failingAt(2))),
            Route.get("/v1/broken", TestServer.EVERYBODY, _ -> Reply.list(failingAt(MANY))));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static Iterator<Map<String, Integer>> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> Map.of("number", i)).iterator();
  }

  private static Iterator<Map<String, Integer>> failingAt(int count) {
    return IntStream.rangeClosed(0, count)
        .mapToObj(i -> {
          if (i == count) {
            throw new Failure(ErrorCode.STORAGE_UNAVAILABLE, "planted");
          }
          return Map.of("number", i);
        })
        .iterator();
  }

  @Test
  void aShortListHasItsLength() {
    HttpResponse<String> few = server.get("/v1/few");
    assertThat(few.body()).isEqualTo("[{\"number\":0},{\"number\":1}]");
    assertThat(few.headers().firstValue("Content-Length")).hasValue("27");
    assertThat(few.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(server.get("/v1/none").body()).isEqualTo("[]");
    assertThat(server.get("/v1/within").body())
        .isEqualTo("{\"total\":2,\"items\":[{\"number\":0},{\"number\":1}]}");
  }

  @Test
  void aLongListComesInChunksAndLeavesTheConnectionUsable() {
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> many = server.get("/v1/many");
      assertThat(many.headers().firstValue("Transfer-Encoding")).hasValue("chunked");
      assertThat(many.body())
          .startsWith("[{\"number\":0},")
          .endsWith("{\"number\":" + (MANY - 1) + "}]");
    }
  }

  @Test
  void whatFailsBeforeTheFirstItemIsAnAnswerOfItsOwn() {
    HttpResponse<String> refused = server.get("/v1/refused");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains("storage_unavailable");
  }

  @Test
  void whatFailsBeforeAnythingWasSentIsAnAnswerOfItsOwn() {
    try (RawClient client = new RawClient(server.server.port())) {
      RawClient.Answer refused = client.request("GET /v1/early", "", "X-Request-Id: mine").answer();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.body()).contains("storage_unavailable");
      assertThat(refused.header("X-Request-Id")).isEqualTo("mine");
      assertThat(client.request("GET /v1/few", "").answer().status()).isEqualTo(200);
    }
  }

  @Test
  void whatIsReadSlowlyIsNotThePeersDelay() {
    Duration second = Duration.ofSeconds(1);
    HttpSettings.Timeouts timeouts =
        new HttpSettings.Timeouts(second, second, second, second, second);
    Route slow = Route.get("/v1/slow", TestServer.EVERYBODY, _ -> Reply.list(slowly(4)));
    try (TestServer strict =
        new TestServer(HttpSettings.on("127.0.0.1", 0).withTimeouts(timeouts), slow)) {
      assertThat(strict.get("/v1/slow").body()).hasSizeGreaterThan(4 * 20_000);
    }
  }

  // Items longer than a piece, each of which takes the store 600 ms.
  private static Iterator<Map<String, String>> slowly(int count) {
    return IntStream.range(0, count)
        .mapToObj(_ -> {
          LockSupport.parkNanos(600_000_000);
          return Map.of("text", "x".repeat(20_000));
        })
        .iterator();
  }

  @Test
  void whatFailsInTheMiddleNeverLooksWhole() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThatThrownBy(
              () -> client.send(server.to("/v1/broken").build(), BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aStreamedBodyIsNeverWhole() {
    assertThatThrownBy(() -> Reply.list(List.of().iterator()).body())
        .isInstanceOf(IllegalStateException.class);
  }
}
