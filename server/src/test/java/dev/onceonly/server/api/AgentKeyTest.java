package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import dev.onceonly.testkit.Await;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What keys of role `agent` may do with runs, their own and others', and where what binds a key is
/// told.
class AgentKeyTest {
  private static final String EVENTS = "/v1/events";
  private static final String RUN = "/v1/ai/run";
  private static final String FORBIDDEN =
      "{\"detail\":{\"error\":\"forbidden\",\"role\":\"agent\"}}";

  @RegisterExtension static final LocalTool TOOL = new LocalTool();

  @RegisterExtension
  static final LiveServer SERVER =
      LiveServer.with(Map.of("dev", "true", "worker_max_per_namespace", "1"));

  private final Client admin = SERVER.admin();
  private final Client bots1 = SERVER.key("default", Role.AGENT, "bot-1");
  private final Client bots2 = SERVER.key("default", Role.AGENT, "bot-2");

  @BeforeAll
  static void registerTools() {
    TOOL.register(SERVER.admin(), "ok", "/ok-agent-key");
    TOOL.register(SERVER.admin(), "hold", "/hold-agent-key");
  }

  @Test
  void aRunIsEndedByTheKeyThatAskedForItAndByNoOtherAgents() {
    Answer running = run("ended", "hold");
    Await.until(() -> TOOL.seen("/hold-agent-key").size() == 1);
    Answer queued = run("queued", "ok");

    for (var one : Map.of("ended", running, "queued", queued).entrySet()) {
      Object[] lease = LeaseFields.of(one.getKey(), one.getValue());
      assertThat(bots2.post("/v1/ai/cancel", lease).body()).isEqualTo(FORBIDDEN);
      assertThat(bots2.post("/v1/ai/complete", lease).body()).isEqualTo(FORBIDDEN);
      for (Client client : List.of(bots1, bots2)) {
        Answer extended = client.post("/v1/ai/extend", lease);
        assertThat(extended.status()).isEqualTo(200);
        assertThat(extended.number("/version")).isEqualTo(1);
      }
      assertThat(bots1.post("/v1/ai/cancel", lease).text("/status")).isEqualTo("failed");
    }
    TOOL.release("/hold-agent-key");
    assertThat(TOOL.seen("/ok-agent-key")).isEmpty();
  }

  private Answer run(String key, String tool) {
    Map<String, Object> metadata =
        Map.of("agent_id", "bot-1", "actions", List.of(Map.of("tool", tool)));
    Answer answer = bots1.post(RUN, "key", key, "metadata", metadata);
    assertThat(answer.text("/status")).isEqualTo("acquired");
    return answer;
  }

  @Test
  void aRunThatAnEventNamesAnotherAgentInTakesNoEventOfThisKey() {
    assertAccepted(bots2, "by-event");
    admin.post(EVENTS, "run_id", "by-event", "type", "note", "agent_id", "bot-1");

    assertRefused("by-event", 2);
    assertAccepted(bots1, "by-event");
    assertAccepted(SERVER.key("default", Role.AGENT, "bot-*"), "by-event");
    assertAccepted(admin, "by-event");
  }

  @Test
  void aRunOfAnotherAgentsCallTakesNoEventOfThisKey() {
    Object[] call = {"agent_id", "bot-1", "tool", "ok-not-there", "run_id", "by-call"};
    bots1.post(RUN, call);

    assertRefused("by-call", timeline("by-call"));
    assertAccepted(bots1, "by-call");
  }

  @Test
  void anotherAgentsKeyedRunTakesNoEventOfThisKey() {
    Map<String, Object> metadata = Map.of("agent_id", "bot-1", "run_id", "by-key");
    bots1.post(RUN, "key", "keyed", "metadata", metadata);
    bots1.get("/v1/ai/result", "key", "keyed", "wait", "30");

    assertRefused("by-key", timeline("by-key"));
    assertAccepted(bots1, "by-key");
  }

  @Test
  void aRunThatNamesNobodyTakesEveryonesEvents() {
    assertAccepted(bots1, "nobodys");
    assertAccepted(bots2, "nobodys");
    assertAccepted(admin, "nobodys");
  }

  private void assertRefused(String runId, long eventsBefore) {
    Answer nameless = bots2.post(EVENTS, "run_id", runId, "type", "run_finished");
    Answer named = bots2.post(EVENTS, "run_id", runId, "type", "run_finished", "agent_id", "bot-2");
    for (Answer refused : List.of(nameless, named)) {
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.body()).isEqualTo(FORBIDDEN);
    }
    assertThat(timeline(runId)).isEqualTo(eventsBefore);
  }

  private long timeline(String runId) {
    return admin.get("/v1/runs/" + runId).number("/total");
  }

  private static void assertAccepted(Client client, String runId) {
    assertThat(client.post(EVENTS, "run_id", runId, "type", "note").status()).isEqualTo(200);
  }

  @Test
  void whatBindsAKeyIsInTheListAndInTheAuditLog() {
    SERVER.operator(
        "keys", "create", "--role", "agent", "--agent", "bot-*", "--locks", "order-*", "--locks",
        "mail 🦉");
    assertThat(SERVER.operator("keys", "list"))
        .contains("enabled, agents bot-*, locks order-* mail 🦉");
    assertThat(SERVER.operator("audit", "log", "--namespace", "default"))
        .contains("role agent, agents bot-*, locks order-* mail 🦉");
  }
}
