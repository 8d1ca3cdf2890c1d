package dev.onceonly.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Failure;
import dev.onceonly.http.input.Fields;
import dev.onceonly.http.input.TextRule;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
class BodyTest {
  private static final int KIB = 1024;

  @SuppressWarnings("NullAway.Init")
  private TestServer server;

  @BeforeAll
  void start() {
    server =
        new TestServer(
            Route.post("/v1/key", TestServer.EVERYBODY, BodyTest::key),
            Route.post("/v1/size", TestServer.EVERYBODY, BodyTest::size),
            Route.post("/v1/batch", TestServer.EVERYBODY, BodyTest::size)
                .withBodyBytesMax(4 * KIB * KIB),
            Route.get("/v1/read", TestServer.EVERYBODY, BodyTest::size),
            Route.post("/v1/bug", TestServer.EVERYBODY, _ -> bug()),
            Route.post("/v1/busy", TestServer.EVERYBODY, _ -> busy()));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static Reply key(Request request) {
    Fields body = request.body();
    String key = body.key("key");
    String note = body.optionalText("note", TextRule.ID);
    request.done();
    return Reply.ok(Map.of("key", key + (note == null ? "" : note)));
  }

  private static Reply size(Request request) {
    request.body();
    request.done();
    return Reply.ok(request.bodyBytes().length);
  }

  private static Reply bug() {
    throw new IllegalStateException("hush");
  }

  private static Reply busy() {
    throw Failure.overloaded("busy");
  }

  private RawClient client() {
    return new RawClient(server.port());
  }

  private static String sized(int bytes) {
    return "{\"a\":\"" + "x".repeat(bytes - 8) + "\"}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-No-Type: 1",
        "Content-Type: application/json",
        "Content-Type: application/json; charset=utf-8",
        "Content-Type: APPLICATION/JSON ;charset=UTF-8",
        "Content-Type: application/vnd.onceonly+json",
        "Content-Type: application/problem+JSON; v=1",
      })
  void jsonTypesAreRead(String header) {
    try (RawClient client = client()) {
      assertThat(client.request("POST /v1/key", "{\"key\":\"a\"}", header).answer().body())
          .isEqualTo("{\"key\":\"a\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: text/plain",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type: application/jsonp",
        "Content-Type: +json",
        "Content-Type: json",
        "Content-Type:",
      })
  void otherTypesAre415AndTheConnectionGoesOn(String header) {
    try (RawClient client = client()) {
      RawClient.Answer refused = client.request("POST /v1/key", "{\"key\":\"a\"}", header).answer();
      assertThat(refused.status()).isEqualTo(415);
      assertThat(refused.body()).isEqualTo("{\"detail\":\"Unsupported Media Type\"}");
      assertThat(client.request("POST /v1/key", "{\"key\":\"b\"}").answer().status())
          .isEqualTo(200);
    }
  }

  @Test
  void emptyBodyIsAnEmptyObject() {
    try (RawClient client = client()) {
      assertThat(client.request("POST /v1/size", "").answer().body()).isEqualTo("0");
      assertThat(client.request("POST /v1/size", "", "Content-Length: 0").answer().body())
          .isEqualTo("0");
      RawClient.Answer missing = client.request("POST /v1/key", "").answer();
      assertThat(missing.status()).isEqualTo(422);
      assertThat(missing.body())
          .isEqualTo(
              "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"key\"],\"msg\":\"Field required\",\"input\":{}}]}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"key\":", "{\"key\":\"a\"}x", "{\"key\":1e500}", "{\"key\":\"\u00FF\"}", " "})
  void malformedJsonSaysWhere(String body) {
    try (RawClient client = client()) {
      RawClient.Answer answer = client.request("POST /v1/key", body).answer();
      assertThat(answer.status()).isEqualTo(422);
      assertThat(answer.body())
          .startsWith("{\"detail\":[{\"type\":\"json_invalid\",\"loc\":[\"body\",")
          .endsWith(",\"input\":{}}]}");
      assertThat(client.request("POST /v1/key", "{\"key\":\"b\"}").answer().status())
          .isEqualTo(200);
    }
  }

  @Test
  void bodyOf256KibIsTakenAndOneByteMoreIsNot() {
    int max = 256 * KIB;
    assertThat(server.post("/v1/size", sized(max - 1)).statusCode()).isEqualTo(200);
    assertThat(server.post("/v1/size", sized(max)).body()).isEqualTo(Integer.toString(max));
    try (RawClient client = client()) {
      RawClient.Answer answer = client.request("POST /v1/size", sized(max + 1)).answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.body()).isEqualTo("{\"detail\":\"Content Too Large\"}");
      assertThat(answer.closes()).isTrue();
      assertThat(client.endOutput().isEnded()).isTrue();
    }
  }

  @Test
  void routeMayTakeMore() {
    int max = 4 * KIB * KIB;
    assertThat(server.post("/v1/batch", sized(max)).body()).isEqualTo(Integer.toString(max));
    assertThat(server.post("/v1/batch", sized(max + 1)).statusCode()).isEqualTo(413);
    assertThat(server.post("/v1/batch", sized(8 * max)).statusCode()).isEqualTo(413);
  }

  @Test
  void chunksAreCountedTogether() {
    int max = 256 * KIB;
    try (RawClient client = client()) {
      client.request("POST /v1/size", "", "Transfer-Encoding: chunked");
      chunks(client, sized(max), 60_000);
      assertThat(client.answer().body()).isEqualTo(Integer.toString(max));
      client.request("POST /v1/size", "", "Transfer-Encoding: chunked");
      chunks(client, sized(max + 1), 60_000);
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.closes()).isTrue();
    }
  }

  private static void chunks(RawClient client, String text, int bytes) {
    for (int at = 0; at < text.length(); at += bytes) {
      String chunk = text.substring(at, Math.min(text.length(), at + bytes));
      client.send(Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n");
    }
    client.send("0\r\n\r\n");
  }

  @Test
  void chunkedBodyInTinyPiecesIsRead() {
    try (RawClient client = client()) {
      client.request("POST /v1/key", "", "Transfer-Encoding: chunked");
      chunks(client, "{\"key\":\"a\",\"note\":\"b\"}", 1);
      assertThat(client.answer().body()).isEqualTo("{\"key\":\"ab\"}");
      client.request("POST /v1/key", "", "Transfer-Encoding: chunked").send("0\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(422);
      assertThat(client.request("POST /v1/key", "{\"key\":\"c\"}").answer().status())
          .isEqualTo(200);
    }
  }

  @Test
  void continueIsSentBeforeTheBodyOnlyIfItIsWanted() {
    String expect = "Expect: 100-continue";
    try (RawClient client = client()) {
      client.request("POST /v1/key", "", expect, "Content-Length: 11");
      assertThat(client.answer(false).status()).isEqualTo(100);
      assertThat(client.send("{\"key\":\"a\"}").answer().status()).isEqualTo(200);
      client.request("POST /v1/key", "", expect, "Content-Length: 11", "Content-Type: text/plain");
      RawClient.Answer refused = client.answer();
      assertThat(refused.status()).isEqualTo(415);
      assertThat(refused.closes()).isTrue();
    }
  }

  @Test
  void bodyOfAGetIsThrownAway() {
    try (RawClient client = client()) {
      assertThat(client.request("GET /v1/read", "not json").answer().body()).isEqualTo("0");
      assertThat(client.request("GET /v1/read", "").answer().body()).isEqualTo("0");
    }
  }

  @Test
  void unknownExceptionIs500WithoutItsReason() {
    try (RawClient client = client()) {
      RawClient.Answer answer = client.request("POST /v1/bug", "{}").answer();
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body()).isEqualTo("{\"detail\":\"Internal Server Error\"}");
      assertThat(client.request("POST /v1/key", "{\"key\":\"b\"}").answer().status())
          .isEqualTo(200);
    }
  }

  @Test
  void overloadSaysWhenToComeBack() {
    try (RawClient client = client()) {
      RawClient.Answer answer = client.request("POST /v1/busy", "{}").answer();
      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.header("Retry-After")).isEqualTo("1");
      assertThat(answer.body()).isEqualTo("{\"detail\":{\"error\":\"overloaded\"}}");
    }
  }

  @Test
  void callersRequestIdComesBack() {
    try (RawClient client = client()) {
      String id = "x".repeat(255) + " y";
      assertThat(asked(client, "X-Request-Id: " + id.substring(1)).header("X-Request-Id"))
          .isEqualTo(id.substring(1));
      assertThat(asked(client, "X-Request-Id: " + id).status()).isEqualTo(422);
      assertThat(asked(client, "X-Request-Id: " + id).header("X-Request-Id")).startsWith("req_");
      assertThat(asked(client, "X-Request-Id:").status()).isEqualTo(422);
      assertThat(asked(client, "X-Request-Id: caf\u00E9").status()).isEqualTo(422);
      String one = asked(client, "X: 1").header("X-Request-Id");
      assertThat(one).hasSize(28).isNotEqualTo(asked(client, "X: 1").header("X-Request-Id"));
    }
  }

  private static RawClient.Answer asked(RawClient client, String header) {
    return client.request("GET /v1/read", "", header).answer();
  }
}
