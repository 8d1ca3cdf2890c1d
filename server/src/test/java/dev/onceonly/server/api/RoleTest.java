package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import dev.onceonly.http.Route;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Every route with a key of every role, and with none.
class RoleTest {
  private static final Set<Role> ANYONE = EnumSet.noneOf(Role.class);
  private static final Set<Role> ACTING = EnumSet.of(Role.ADMIN, Role.AGENT);
  private static final Set<Role> READING = EnumSet.of(Role.ADMIN, Role.OPERATOR, Role.READER);
  private static final Set<Role> SWITCHING = EnumSet.of(Role.ADMIN, Role.OPERATOR);
  private static final Set<Role> EVALUATING = EnumSet.of(Role.ADMIN, Role.AGENT, Role.OPERATOR);
  private static final Set<Role> ADMIN = EnumSet.of(Role.ADMIN);
  private static final Set<Role> EVERYBODY = EnumSet.allOf(Role.class);

  /// Written out by hand: who may call what. `ANYONE` needs no key.
  private static final Map<String, Set<Role>> EXPECTED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("POST /v1/check-lock", ACTING),
              Map.entry("POST /v1/check-lock/release", ACTING),
              Map.entry("POST /v1/check-lock/batch", ACTING),
              Map.entry("POST /v1/ai/lease", ACTING),
              Map.entry("POST /v1/ai/extend", ACTING),
              Map.entry("POST /v1/ai/complete", ACTING),
              Map.entry("POST /v1/ai/fail", ACTING),
              Map.entry("POST /v1/ai/cancel", ACTING),
              Map.entry("POST /v1/ai/run", ACTING),
              Map.entry("GET /v1/ai/status", EVERYBODY),
              Map.entry("GET /v1/ai/result", EVERYBODY),
              Map.entry("GET /v1/usage", EVERYBODY),
              Map.entry("GET /v1/usage/all", EVERYBODY),
              Map.entry("GET /v1/me", EVERYBODY),
              Map.entry("POST /v1/me/notifications", ADMIN),
              Map.entry("GET /v1/metrics", READING),
              Map.entry("GET /v1/events", READING),
              Map.entry("GET /v1/policies", READING),
              Map.entry("GET /v1/policies/{agent_id}", EVERYBODY),
              Map.entry("POST /v1/policies/{agent_id}", ADMIN),
              Map.entry("DELETE /v1/policies/{agent_id}", ADMIN),
              Map.entry("POST /v1/policies/{agent_id}/from-template", ADMIN),
              Map.entry("POST /v1/policies/{agent_id}/evaluate", EVALUATING),
              Map.entry("GET /v1/calls", EVERYBODY),
              Map.entry("GET /v1/calls/{call_id}", EVERYBODY),
              Map.entry("POST /v1/calls/{call_id}/resolve", SWITCHING),
              Map.entry("GET /v1/tools", READING),
              Map.entry("POST /v1/tools", ADMIN),
              Map.entry("GET /v1/tools/{name}", READING),
              Map.entry("DELETE /v1/tools/{name}", ADMIN),
              Map.entry("POST /v1/tools/{name}/toggle", ADMIN),
              Map.entry("GET /v1/agents", READING),
              Map.entry("GET /v1/agents/{agent_id}", READING),
              Map.entry("POST /v1/agents/{agent_id}/disable", SWITCHING),
              Map.entry("POST /v1/agents/{agent_id}/enable", SWITCHING),
              Map.entry("GET /v1/agents/{agent_id}/logs", EVERYBODY),
              Map.entry("GET /v1/agents/{agent_id}/metrics", EVERYBODY),
              Map.entry("POST /v1/events", ACTING),
              Map.entry("GET /v1/runs", READING),
              Map.entry("GET /v1/runs/{run_id}", READING),
              Map.entry("GET /healthz", ANYONE),
              Map.entry("GET /readyz", ANYONE),
              Map.entry("GET /metrics", ANYONE),
              Map.entry("GET /openapi.json", ANYONE),
              Map.entry("GET /docs", ANYONE),
              Map.entry("GET /docs/start.js", ANYONE),
              Map.entry("GET /docs/swagger-ui.css", ANYONE),
              Map.entry("GET /docs/swagger-ui-bundle.js", ANYONE),
              Map.entry("GET /docs/favicon-16x16.png", ANYONE),
              Map.entry("GET /docs/favicon-32x32.png", ANYONE),
              Map.entry("GET /ui/timeline.css", ANYONE),
              Map.entry("GET /ui/icon.svg", ANYONE)));

  /// Take a key in a form, from a page of the server's own, or lead to it; [SignInTest] has what
  /// they answer.
  private static final Set<String> FORMS = Set.of("GET /", "POST /ui/sign-in", "POST /ui/sign-out");

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private static final Map<Role, Client> CLIENTS = new EnumMap<>(Role.class);

  @BeforeAll
  static void makeAKeyOfEveryRole() {
    for (Role role : Role.values()) {
      CLIENTS.put(
          role,
          role == Role.AGENT ? SERVER.key("default", role, "bot-*") : SERVER.key("default", role));
    }
  }

  @Test
  void theTableNamesEveryRouteOfTheServer() {
    assertThat(SERVER.routes().stream().map(RoleTest::name))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(EXPECTED.keySet().stream(), FORMS.stream()).toList());
  }

  @TestFactory
  Stream<DynamicTest> everyRouteAdmitsItsRolesAndNoOthers() {
    return EXPECTED.entrySet().stream()
        .flatMap(entry ->
            CLIENTS.entrySet().stream()
                .map(client ->
                    DynamicTest.dynamicTest(
                        entry.getKey() + " as " + client.getKey().wireName(),
                        () ->
                            assertAdmitted(
                                entry.getKey(),
                                client.getValue(),
                                client.getKey(),
                                entry.getValue()))));
  }

  @TestFactory
  Stream<DynamicTest> withoutAKeyOnlyTheOpenPagesAnswer() {
    return EXPECTED.entrySet().stream()
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.getKey(),
                () -> {
                  Answer answer = call(entry.getKey(), SERVER.client("nobody"));
                  assertThat(answer.status()).isEqualTo(entry.getValue().isEmpty() ? 200 : 403);
                }));
  }

  @Test
  void aRoleThatIsRefusedChangesNothing() {
    Client reader = SERVER.key("default", Role.READER);

    assertThat(reader.post("/v1/check-lock", "key", "guarded").status()).isEqualTo(403);
    assertThat(reader.post("/v1/ai/lease", "key", "guarded").status()).isEqualTo(403);
    assertThat(SERVER.admin().post("/v1/check-lock", "key", "guarded").text("/status"))
        .isEqualTo("locked");
    assertThat(SERVER.admin().post("/v1/ai/lease", "key", "guarded").number("/version"))
        .isEqualTo(1);
  }

  @Test
  void theRoleIsLookedAtBeforeTheBody() {
    Client reader = SERVER.key("default", Role.READER);

    assertThat(reader.postText("/v1/check-lock", "{").status()).isEqualTo(403);
    assertThat(reader.postText("/v1/check-lock", " ".repeat(300_000)).status()).isEqualTo(403);
  }

  private static void assertAdmitted(String route, Client client, Role role, Set<Role> admitted) {
    Answer answer = call(route, client);
    if (admitted.isEmpty() || admitted.contains(role)) {
      // Without the fields that it needs, or of what is not there, it is refused for that.
      assertThat(answer.status()).isIn(200, 404, 422);
      assertThat(answer.body()).isNotEqualTo("{\"detail\":\"Not Found\"}");
    } else {
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body())
          .isEqualTo(
              "{\"detail\":{\"error\":\"forbidden\",\"role\":\"%s\"}}".formatted(role.wireName()));
    }
  }

  private static Answer call(String route, Client client) {
    String[] parts = route.split(" ", 2);
    // Of an agent that the agent's key speaks for.
    String path = parts[1].replaceAll("\\{[a-z_]+}", "bot-1");
    // An agent's key reads the calls of one agent of its own, which it has to name.
    String target = path.equals("/v1/calls") ? path + "?agent_id=bot-1" : path;
    return Client.send(client.request(target).method(parts[0], BodyPublishers.noBody()));
  }

  private static String name(Route route) {
    return route.method() + " " + route.pattern();
  }
}
