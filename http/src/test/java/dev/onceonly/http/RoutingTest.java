package dev.onceonly.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import dev.onceonly.http.input.TextRule;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class RoutingTest {
  private TestServer server = new TestServer();

  record Echo(String key, String owner) {}

  @BeforeAll
  void start() {
    server.close();
    server =
        new TestServer(
            Route.post("/v1/echo", TestServer.EVERYBODY, RoutingTest::echo),
            Route.get("/v1/runs/{run_id}", TestServer.EVERYBODY, RoutingTest::run),
            Route.get(
                "/v1/runs/latest", TestServer.EVERYBODY, _ -> Reply.ok(Map.of("literal", true))),
            Route.get("/v1/admin", Set.of(Role.ADMIN), _ -> Reply.ok(Map.of())),
            Route.open("/healthz", _ -> Reply.ok(Map.of("status", "ok"))));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static Reply echo(Request request) {
    var body = request.body();
    String key = body.key("key");
    body.optionalTtl("ttl");
    body.done();
    return Reply.ok(new Echo(key, request.caller().keyId()));
  }

  private static Reply run(Request request) {
    String runId = request.path("run_id", TextRule.ID);
    request.done();
    return Reply.ok(Map.of("run_id", runId));
  }

  @Test
  void encodedSlashStaysInItsSegment() {
    assertThat(server.get("/v1/runs/run%20x%2Fy;v=1").body())
        .isEqualTo("{\"run_id\":\"run x/y;v=1\"}");
  }

  @Test
  void literalBeatsVariable() {
    assertThat(server.get("/v1/runs/latest").body()).isEqualTo("{\"literal\":true}");
  }

  @Test
  void postIsEchoed() {
    HttpResponse<String> response = server.post("/v1/echo", "{\"key\":\"a\",\"ttl\":60}");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"key\":\"a\",\"owner\":\"key_admin\"}");
    assertThat(response.headers().firstValue("X-Request-Id").orElseThrow()).startsWith("req_");
  }
}
