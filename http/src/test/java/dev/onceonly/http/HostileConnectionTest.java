package dev.onceonly.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.http.HttpSettings.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(Lifecycle.PER_CLASS)
class HostileConnectionTest {
  private static final String HOST = "Host: a\r\n";

  @SuppressWarnings("NullAway.Init")
  private TestServer server;

  @BeforeAll
  void start() {
    Timeouts shortOnes =
        new Timeouts(
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(2));
    server =
        new TestServer(
            HttpSettings.on("127.0.0.1", 0).withTimeouts(shortOnes),
            Route.open("/page", r -> Reply.ok(Map.of("query", r.rawQuery().length()))),
            Route.post("/v1/echo", TestServer.EVERYBODY, HostileConnectionTest::echo));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static Reply echo(Request request) {
    String key = request.body().key("key");
    request.done();
    return Reply.ok(Map.of("key", key));
  }

  private RawClient client() {
    return new RawClient(server.port());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "GET|400|Bad Request",
        "GET /page|400|Bad Request",
        "nonsense|400|Bad Request",
        "{garbage} /page HTTP/1.1|400|Bad Request",
        " GET /page HTTP/1.1|400|Bad Request",
        "GET  /page HTTP/1.1|400|Bad Request",
        "GET /page HTTP/1.0|505|HTTP Version Not Supported",
        "GET /page HTTP/2.0|400|Bad Request",
        "GET /page http/1.1|400|Bad Request",
        "GET /page a HTTP/1.1|400|Bad Request",
      })
  void badRequestLineHasOurShape(String line, int status, String detail) {
    refused(line + "\r\n" + HOST + "\r\n", status, detail);
  }

  private void refused(String request, int status, String detail) {
    try (RawClient client = client()) {
      RawClient.Answer answer = client.send(request).answer();
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.body()).isEqualTo("{\"detail\":\"" + detail + "\"}");
      assertThat(answer.header("Content-Type")).isEqualTo("application/json");
      assertThat(answer.header("X-Request-Id")).startsWith("req_");
      assertThat(answer.header("Server")).isEmpty();
      assertThat(answer.closes()).isTrue();
      assertThat(client.endOutput().isEnded()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-A",
        "X A: 1",
        "Host: a",
        "Content-Length: 5x",
        "Content-Length: -1",
        "Content-Length: 99999999999999999999",
        "X-Nul: a\u0000b",
        "Transfer-Encoding: gzip",
      })
  void badHeaderHasOurShape(String header) {
    refused("POST /v1/echo HTTP/1.1\r\n" + HOST + header + "\r\n\r\n", 400, "Bad Request");
  }

  @Test
  void hostIsNeeded() {
    refused("GET /page HTTP/1.1\r\n\r\n", 400, "Bad Request");
    refused("GET /page HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "Bad Request");
  }

  @Test
  void bareLineFeedsAreRefused() {
    refused("GET /page HTTP/1.1\nHost: a\n\n", 400, "Bad Request");
  }

  @Test
  void twoWaysToEndABodyAreRefused() {
    String both = "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    refused("POST /v1/echo HTTP/1.1\r\n" + HOST + both, 400, "Bad Request");
    refused(
        "POST /v1/echo HTTP/1.1\r\n" + HOST + "Content-Length: 4\r\nContent-Length: 5\r\n\r\n",
        400,
        "Bad Request");
    refused(
        "POST /v1/echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: gzip, chunked\r\n\r\n",
        501,
        "Not Implemented");
  }

  @Test
  void requestLineHasAtMost16Kib() {
    int fixed = "GET /page? HTTP/1.1".length();
    int longest = HttpSettings.REQUEST_LINE_BYTES_MAX - fixed;
    try (RawClient client = client()) {
      client.send("GET /page?" + "x".repeat(longest - 1) + " HTTP/1.1\r\n" + HOST + "\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
    }
    refused(
        "GET /page?" + "x".repeat(longest + 1) + " HTTP/1.1\r\n" + HOST + "\r\n",
        414,
        "URI Too Long");
    refused("G".repeat(100_000), 414, "URI Too Long");
  }

  @Test
  void headersHaveAtMost32Kib() {
    try (RawClient client = client()) {
      client.send("GET /page HTTP/1.1\r\n" + HOST + "X-A: " + "x".repeat(30_000) + "\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
    }
    String one = "GET /page HTTP/1.1\r\n" + HOST + "X-A: " + "x".repeat(33_000) + "\r\n\r\n";
    refused(one, 431, "Request Header Fields Too Large");
    String many = "GET /page HTTP/1.1\r\n" + HOST + "X-A: 1\r\n".repeat(5_000) + "\r\n";
    refused(many, 431, "Request Header Fields Too Large");
    refused("GET /page HTTP/1.1\r\n" + "x".repeat(40_000), 431, "Request Header Fields Too Large");
  }

  @ParameterizedTest
  @CsvSource({"zz", "-1", "5;", "fffffffff", "0x5"})
  void garbageForAChunkIs400(String size) {
    try (RawClient client = client()) {
      client.request("POST /v1/echo", "", "Transfer-Encoding: chunked").send(size + "\r\n{\"key\"");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).isEqualTo("{\"detail\":\"Bad Request\"}");
      assertThat(answer.closes()).isTrue();
    }
  }

  @Test
  void hugeChunkIsRefusedBeforeItCame() {
    try (RawClient client = client()) {
      client.request("POST /v1/echo", "", "Transfer-Encoding: chunked").send("7fffffff\r\n{");
      assertThat(client.answer().status()).isEqualTo(413);
    }
  }

  @Test
  void bodyThatEndsEarlyIs400() {
    try (RawClient client = client()) {
      client.request("POST /v1/echo", "", "Content-Length: 100").send("{\"key\":").endOutput();
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.closes()).isTrue();
    }
    try (RawClient client = client()) {
      client.request("POST /v1/echo", "", "Transfer-Encoding: chunked").send("5\r\n{").endOutput();
      assertThat(client.answer().status()).isEqualTo(400);
    }
  }

  @Test
  void refusedUploadStillGetsItsAnswer() {
    try (RawClient client = client()) {
      client.request("POST /v1/echo", "", "Content-Length: 3000000");
      for (int i = 0; i < 30; i++) {
        client.send("x".repeat(100_000));
      }
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(client.endOutput().isEnded()).isTrue();
    }
  }

  @Test
  void requestsMayBePipelined() {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      all.append("POST /v1/echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer key-admin\r\n")
          .append("Content-Length: 14\r\n\r\n{\"key\":\"k")
          .append(100 + i)
          .append("\"}");
    }
    try (RawClient client = client()) {
      client.send(all.toString());
      for (int i = 0; i < 50; i++) {
        assertThat(client.answer().body()).isEqualTo("{\"key\":\"k" + (100 + i) + "\"}");
      }
    }
  }

  @Test
  void requestMayComeByteByByte() {
    try (RawClient client = client()) {
      String body = "{\"key\":\"a\"}";
      String request =
          "POST /v1/echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer key-admin\r\nContent-Length: 11\r\n\r\n";
      for (char c : (request + body).toCharArray()) {
        client.send(String.valueOf(c));
      }
      assertThat(client.answer().body()).isEqualTo("{\"key\":\"a\"}");
    }
  }

  @Test
  void connectionSurvivesOrdinaryErrors() {
    try (RawClient client = client()) {
      for (String target : List.of("GET /none", "GET /v1/echo", "POST /none", "DELETE /page")) {
        assertThat(client.request(target, "{\"key\":1}").answer().closes()).isFalse();
      }
      assertThat(client.request("POST /v1/echo", "{").answer().closes()).isFalse();
      client.send("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n{\"key\":\"a\"}");
      assertThat(client.answer().status()).isEqualTo(401);
      assertThat(client.request("POST /v1/echo", "{\"key\":\"a\"}").answer().status())
          .isEqualTo(200);
    }
  }

  @Test
  void connectionIsClosedWhenAsked() {
    // With the usual timeouts, which are longer than the client's patience: nothing else closes it.
    try (TestServer patient = new TestServer(Route.open("/page", _ -> Reply.ok(Map.of())));
        RawClient client = new RawClient(patient.port())) {
      RawClient.Answer answer = client.request("GET /page", "", "Connection: close").answer();
      assertThat(answer.closes()).isTrue();
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void slowHeadersAre408() {
    try (RawClient silent = client();
        RawClient partOfALine = client();
        RawClient partOfAHeader = client();
        RawClient trickling = client()) {
      partOfALine.send("GET /pa");
      partOfAHeader.send("GET /page HTTP/1.1\r\nHost: a\r\nX-A: 1");
      trickle(trickling, "GET /page HTTP/1.1\r\n", 8);
      assertTooSlow(partOfALine.answer());
      assertTooSlow(partOfAHeader.answer());
      assertTooSlow(trickling.answer());
      assertTooSlow(silent.answer());
      assertThat(partOfAHeader.isEnded()).isTrue();
      assertThat(silent.isEnded()).isTrue();
    }
  }

  /// A byte now and then, so that no single read takes long.
  private static void trickle(RawClient client, String text, int count) {
    for (int i = 0; i < count; i++) {
      client.send(text.substring(i, i + 1));
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static void assertTooSlow(RawClient.Answer answer) {
    assertThat(answer.status()).isEqualTo(408);
    assertThat(answer.body()).isEqualTo("{\"detail\":\"Request Timeout\"}");
    assertThat(answer.closes()).isTrue();
  }

  @Test
  void slowBodyIs408() {
    try (RawClient stopped = client();
        RawClient chunked = client()) {
      stopped.request("POST /v1/echo", "", "Content-Length: 11").send("{\"key\"");
      chunked.request("POST /v1/echo", "", "Transfer-Encoding: chunked").send("5\r\n{\"k");
      assertTooSlow(stopped.answer());
      assertTooSlow(chunked.answer());
    }
  }

  @Test
  void idleConnectionIsClosedSilently() {
    try (RawClient client = client()) {
      assertThat(client.request("GET /page", "").answer().status()).isEqualTo(200);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void brokenBytesInTheQueryDoNotReachTheFramework() {
    try (RawClient client = client()) {
      client.send("GET /page?a=%zz&b=\u00E9&c=[]{}|^\"<> HTTP/1.1\r\n" + HOST + "\r\n");
      assertThat(client.answer().status()).isEqualTo(422);
      client.send("GET /page#fragment HTTP/1.1\r\n" + HOST + "\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
    }
  }
}
