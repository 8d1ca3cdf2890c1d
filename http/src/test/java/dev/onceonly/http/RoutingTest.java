package dev.onceonly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.http.Router.Match;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
class RoutingTest {
  private static final String NOT_FOUND = "{\"detail\":\"Not Found\"}";

  @SuppressWarnings("NullAway.Init")
  private TestServer server;

  @BeforeAll
  void start() {
    server =
        new TestServer(
            Route.get(
                "/v1/runs/{run_id}", TestServer.EVERYBODY, request -> path(request, "run_id")),
            Route.get("/v1/runs/latest", TestServer.EVERYBODY, _ -> text("literal")),
            Route.get(
                "/v1/{area}/deep/end", TestServer.EVERYBODY, request -> path(request, "area")),
            Route.delete("/v1/runs/{run_id}", TestServer.EVERYBODY, _ -> text("deleted")),
            Route.post("/v1/fixed", TestServer.EVERYBODY, _ -> text("posted")),
            Route.open("/page", _ -> text("page")));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static Reply path(Request request, String name) {
    String value = request.path(name);
    request.done();
    return text(value);
  }

  private static Reply text(String text) {
    return Reply.bytes(200, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "run%20x%2Fy, run x/y",
    "a;v=1, a;v=1",
    "a+b, a+b",
    "a:b.c, a:b.c",
    "%C3%BC, ü",
    "%F0%9F%94%91, \uD83D\uDD11",
    "%2e%2e, ..",
    "Latest, Latest",
    "late%73t, latest",
  })
  void variableIsDecodedAfterThePathWasSplit(String segment, String value) {
    assertThat(server.get("/v1/runs/" + segment).body()).isEqualTo(value);
  }

  @Test
  void literalBeatsVariable() {
    assertThat(server.get("/v1/runs/latest").body()).isEqualTo("literal");
  }

  @Test
  void variableIsTriedWhereALiteralLeadsNowhere() {
    assertThat(server.get("/v1/runs/deep/end").body()).isEqualTo("runs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/v1", "/v1/fixed/", "//v1/fixed", "/v1/runs/", "/v1/runs/a/b", "/V1/fixed"})
  void unknownPathIsNotFoundWithAndWithoutAKey(String path) {
    try (RawClient client = new RawClient(server.port())) {
      client.request("GET " + path, "");
      RawClient.Answer keyed = client.answer();
      client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
      RawClient.Answer keyless = client.answer();
      assertThat(List.of(keyed.status(), keyless.status())).containsExactly(404, 404);
      assertThat(keyless.body()).isEqualTo(NOT_FOUND);
    }
  }

  @Test
  void wrongMethodNamesTheRightOnes() {
    HttpResponse<String> response =
        TestServer.send(server.to("/v1/runs/a").method("PATCH", BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.body()).isEqualTo("{\"detail\":\"Method Not Allowed\"}");
    assertThat(response.headers().firstValue("Allow")).contains("DELETE, GET");
    assertThat(server.get("/v1/fixed").headers().firstValue("Allow")).contains("POST");
  }

  @Test
  void headIsAnsweredOnOpenPagesOnly() {
    try (RawClient client = new RawClient(server.port())) {
      RawClient.Answer page = client.request("HEAD /page", "").answer(false);
      assertThat(page.status()).isEqualTo(200);
      assertThat(page.header("Content-Length")).isEqualTo("4");
      RawClient.Answer keyed = client.request("HEAD /v1/runs/a", "").answer(false);
      assertThat(keyed.status()).isEqualTo(405);
      RawClient.Answer next = client.request("GET /page", "").answer();
      assertThat(next.body()).isEqualTo("page");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%zz",
        "%",
        "%2",
        "a%C3",
        "%ED%A0%80",
        "%C0%AF",
        "%FF",
        "caf\u00E9",
        "%F5%80%80%80"
      })
  void invalidEscapeOrUtf8InAVariableIs422(String segment) {
    try (RawClient client = new RawClient(server.port())) {
      RawClient.Answer answer = client.request("GET /v1/runs/" + segment, "").answer();
      assertThat(answer.status()).isEqualTo(422);
      assertThat(answer.body()).contains("\"loc\":[\"path\",\"run_id\"]");
    }
  }

  @Test
  void variableHasAtMost256CodePoints() {
    assertThat(server.get("/v1/runs/" + "a".repeat(256)).statusCode()).isEqualTo(200);
    assertThat(server.get("/v1/runs/" + "%F0%9F%94%91".repeat(256)).statusCode()).isEqualTo(200);
    assertThat(server.get("/v1/runs/" + "a".repeat(257)).statusCode()).isEqualTo(422);
  }

  @Test
  void absoluteFormIsTaken() {
    try (RawClient client = new RawClient(server.port())) {
      assertThat(client.request("GET http://localhost/page?x=1", "").answer().body())
          .isEqualTo("page");
      assertThat(client.request("GET http://localhost", "").answer().status()).isEqualTo(404);
      assertThat(client.request("OPTIONS *", "").answer().status()).isEqualTo(404);
    }
  }

  @Test
  void twoRoutesForOnePlaceAreAMistake() {
    Route route = Route.open("/a/{b}", _ -> Reply.ok(Map.of()));
    Route other = Route.open("/a/{c}", _ -> Reply.ok(Map.of()));
    assertThatThrownBy(() -> new Router(List.of(route, other)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void methodsOfOnePathMayNameItsVariableDifferently() {
    Route get = Route.open("/a/{b}", _ -> Reply.ok(Map.of()));
    Route post = Route.openPost("/a/{c}", _ -> Reply.ok(Map.of()));
    Router router = new Router(List.of(get, post));
    assertThat(router.match("GET", "/a/x"))
        .isInstanceOfSatisfying(
            Match.Found.class, found -> assertThat(found.route()).isSameAs(get));
    assertThat(router.match("POST", "/a/x"))
        .isInstanceOfSatisfying(
            Match.Found.class, found -> assertThat(found.route()).isSameAs(post));
  }
}
