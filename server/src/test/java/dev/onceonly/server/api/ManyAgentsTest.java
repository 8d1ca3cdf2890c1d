package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How many agents a stranger's key can make, and how they and policies are listed.
class ManyAgentsTest {
  private static final String AGENTS = "/v1/agents";

  @RegisterExtension
  static final LiveServer SERVER = LiveServer.with(Map.of("agents_max", "3", "dev", "true"));

  @Test
  void aKeyThatCallsMissingToolsMakesNoAgent() {
    Client owner = SERVER.namespace("strangers", "agency");
    Client bot = SERVER.key("strangers", Role.AGENT, "bot-*");
    for (int i = 0; i < 10; i++) {
      Answer answer = bot.post("/v1/ai/run", "agent_id", "bot-" + i, "tool", "no.such");
      assertThat(answer.status()).isEqualTo(404);
    }
    assertThat(owner.get(AGENTS).body()).isEqualTo("[]");
    assertThat(owner.post(AGENTS + "/*/disable").number("/stopped/agents_stopped")).isZero();
  }

  @Test
  void beyondTheMostAFurtherNameIsRefused() {
    Client owner = SERVER.namespace("full", "agency");
    Client bot = SERVER.key("full", Role.AGENT, "bot-*");
    owner.post(AGENTS + "/*/disable");
    for (int i = 0; i < 3; i++) {
      assertThat(call(bot, "bot-" + i).text("/policy_reason")).isEqualTo("agent_disabled");
    }
    Answer refused = call(bot, "bot-3");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body())
        .isEqualTo(
            "{\"detail\":{\"error\":\"plan_limit\","
                + "\"message\":\"namespace limit: max 3 agents\"}}");
    assertThat(call(bot, "bot-0").status()).isEqualTo(200);
    assertThat(owner.get(AGENTS + "/bot-3/logs").body()).isEqualTo("[]");
    assertThat(owner.postText("/v1/policies/bot-3", "{}").status()).isEqualTo(200);
    assertThat(call(bot, "bot-3").text("/policy_reason")).isEqualTo("agent_disabled");
    assertThat(ids(owner.get(AGENTS))).containsExactly("bot-0", "bot-1", "bot-2", "bot-3");
    assertThat(owner.post(AGENTS + "/bot-4/disable").number("/stopped/agents_stopped")).isZero();
    owner.post(AGENTS + "/*/enable");
    assertThat(owner.post(AGENTS + "/*/disable").number("/stopped/agents_stopped")).isEqualTo(4);
  }

  @Test
  void agentsAndPoliciesComeInPages() {
    Client owner = SERVER.namespace("pages", "agency");
    IntStream.range(10, 35).forEach(i -> owner.postText("/v1/policies/bot-" + i, "{}"));
    for (String path : List.of(AGENTS, "/v1/policies")) {
      assertThat(ids(owner.get(path))).hasSize(25).isSorted();
      assertThat(ids(owner.get(path, "limit", "3"))).containsExactly("bot-10", "bot-11", "bot-12");
      assertThat(ids(owner.get(path, "limit", "1000", "offset", "23")))
          .containsExactly("bot-33", "bot-34");
      assertThat(owner.get(path, "offset", "25").body()).isEqualTo("[]");
      assertThat(owner.get(path, "offset", "2147483647").body()).isEqualTo("[]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {AGENTS, "/v1/policies"})
  void pagesHaveBounds(String path) {
    for (String limit : List.of("1", "1000")) {
      assertThat(SERVER.admin().get(path, "limit", limit).status()).isEqualTo(200);
    }
    for (String limit : List.of("0", "1001", "-1", "x", "1.5", "")) {
      assertThat(SERVER.admin().get(path, "limit", limit).status()).isEqualTo(422);
    }
    for (String offset : List.of("-1", "2147483648", "x")) {
      assertThat(SERVER.admin().get(path, "offset", offset).status()).isEqualTo(422);
    }
  }

  private static Answer call(Client client, String agentId) {
    return client.post("/v1/ai/run", "agent_id", agentId, "tool", "no.such");
  }

  private static List<String> ids(Answer list) {
    return list.json().valueStream().map(entry -> entry.path("agent_id").asString()).toList();
  }
}
