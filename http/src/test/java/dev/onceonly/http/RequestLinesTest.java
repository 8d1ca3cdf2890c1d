package dev.onceonly.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Role;
import dev.onceonly.http.gate.RateLimiter;
import dev.onceonly.http.observe.AccessLog;
import dev.onceonly.http.observe.JsonLines;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the log says of requests: each line can be found by the id that the caller was answered.
@Timeout(60)
class RequestLinesTest {
  private static final Logger LOGGER = Logger.getLogger("dev.onceonly.http");
  private static final TestServer SERVER =
      new TestServer(
          HttpSettings.on("127.0.0.1", 0),
          new RateLimiter(0, 1, System::nanoTime),
          TestServer.errors(503),
          new AccessLog(true),
          Route.get("/broken/{secret}", TestServer.EVERYBODY, RequestLinesTest::broken),
          Route.get("/stuck", TestServer.EVERYBODY, RequestLinesTest::stuck),
          Route.get("/full", TestServer.EVERYBODY, _ -> Reply.json(507, "full")),
          Route.get("/long", TestServer.EVERYBODY, _ -> Reply.jsonBytes(200, new byte[100_000])),
          Route.get("/admins", Set.of(Role.ADMIN), _ -> Reply.ok("yes")));

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(new JsonLines().format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private static Reply broken(Request request) {
    throw new IllegalStateException("a bug");
  }

  private static Reply stuck(Request request) {
    throw new Failure(ErrorCode.STORAGE_UNAVAILABLE, "the disk is full");
  }

  @BeforeEach
  void listen() {
    LOGGER.addHandler(handler);
  }

  @AfterEach
  void stop() {
    LOGGER.removeHandler(handler);
  }

  @AfterAll
  static void close() {
    SERVER.close();
  }

  @Test
  void anAnswerOf5xxIsFoundByTheCallersIdAndByTheServersOwn() {
    for (String path : List.of("/broken/x", "/stuck", "/full")) {
      String own = id(SERVER.get(path));
      String given = "mine" + path;
      HttpResponse<String> answer =
          TestServer.send(SERVER.to(path).header(RequestIds.HEADER, given));

      assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
      assertThat(id(answer)).isEqualTo(given);
      for (String id : List.of(own, given)) {
        assertThat(found("request_failed", id))
            .contains("\"key_id\":\"key_admin\"", "\"namespace\":\"acme\"");
      }
    }
  }

  @Test
  void whatTheFrameworkRefusesIsFoundToo() {
    String id;
    try (RawClient client = new RawClient(SERVER.port())) {
      RawClient.Answer answer = client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n").answer();
      assertThat(answer.status()).isEqualTo(505);
      id = answer.header(RequestIds.HEADER);
    }
    assertThat(found("request_failed", id)).contains("status_505");
    assertThat(found("request", id)).contains("\"status\":505", "\"route\":\"none\"");
  }

  @Test
  void eachRequestHasALineWithoutItsPathAndQuery() {
    String id = id(SERVER.get("/broken/hush-hush?password=hush"));
    assertThat(found("request", id))
        .contains(
            "\"method\":\"GET\"",
            "\"route\":\"/broken/{secret}\"",
            "\"status\":500",
            "\"ms\":",
            "\"peer\":\"127.0.0.1\"",
            "\"namespace\":\"acme\"",
            "\"key_id\":\"key_admin\"")
        .doesNotContain("hush");
    assertThat(found("request", id(SERVER.get("/long")))).contains("\"bytes\":100000");
    assertThat(found("request", id(SERVER.get("/no/such/hush"))))
        .contains("\"method\":\"none\"", "\"route\":\"none\"", "\"status\":404")
        .doesNotContain("hush");
  }

  @Test
  void wrongKeysAndRefusalsByRoleAreToldWithoutTheKey() {
    HttpResponse<String> wrong =
        TestServer.send(SERVER.to("/stuck").setHeader("Authorization", "Bearer nobodys-key"));
    assertThat(wrong.statusCode()).isEqualTo(403);
    assertThat(found("wrong_api_key", id(wrong)))
        .contains("\"level\":\"warn\"", "\"peer\":\"127.0.0.1\"", "SHA-256 begins with ")
        .doesNotContain("nobodys-key");
    HttpResponse<String> reader =
        TestServer.send(SERVER.to("/admins").setHeader("Authorization", "Bearer key-reader"));
    assertThat(reader.statusCode()).isEqualTo(403);
    assertThat(found("forbidden", id(reader)))
        .contains("\"key_id\":\"key_reader\"", "role reader", "\"route\":\"/admins\"");
  }

  private static String id(HttpResponse<String> answer) {
    return answer.headers().firstValue(RequestIds.HEADER).orElseThrow();
  }

  /// The line of a request is written once its answer has been sent.
  private String found(String event, String id) {
    while (true) {
      for (String line : lines) {
        if (line.contains("\"event\":\"" + event + "\"")
            && line.contains("\"request_id\":\"" + id + "\"")) {
          return line;
        }
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
