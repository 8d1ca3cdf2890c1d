package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The kill switch, and what is told of agents that have not called yet.
class AgentsTest {
  private static final String AGENTS = "/v1/agents";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final Client admin = SERVER.admin();

  @Test
  void disablingAndEnablingAnswersWithTheSwitch() {
    Answer off = admin.post(AGENTS + "/bot/disable", "reason", "incident_123");
    Answer on = admin.post(AGENTS + "/bot/enable", "reason", "incident_resolved");

    assertThat(off.status()).isEqualTo(200);
    String at = off.text("/disabled_at");
    assertThat(Instant.parse(at)).isBeforeOrEqualTo(Instant.now());
    assertThat(at).hasSize("2026-01-01T00:00:00Z".length());
    assertThat(off.body())
        .isEqualTo(
            "{\"agent_id\":\"bot\",\"is_enabled\":false,\"disabled_reason\":\"incident_123\","
                + "\"disabled_at\":\""
                + at
                + "\",\"namespace_is_enabled\":true,\"stopped\":{\"agents_stopped\":1,"
                + "\"runs_cancelled\":0,\"calls_in_flight\":0}}");
    assertThat(on.body())
        .isEqualTo(
            "{\"agent_id\":\"bot\",\"is_enabled\":true,\"disabled_reason\":null,"
                + "\"disabled_at\":null,\"namespace_is_enabled\":true}");
  }

  @Test
  void aRepeatedDisablingTakesTheNewReasonAndStopsNobodyMore() {
    Answer first = admin.post(AGENTS + "/again/disable", "reason", "one");
    Answer second = admin.post(AGENTS + "/again/disable", "reason", "two");

    assertThat(second.text("/disabled_at")).isEqualTo(first.text("/disabled_at"));
    assertThat(second.text("/disabled_reason")).isEqualTo("two");
    assertThat(second.number("/stopped/agents_stopped")).isZero();
    assertThat(admin.post(AGENTS + "/again/enable").json().at("/is_enabled").booleanValue())
        .isTrue();
    assertThat(admin.post(AGENTS + "/again/enable").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"reason\":null}", "{\"reason\":\"\"}"})
  void aReasonIsNotNeeded(String body) {
    Answer off = admin.postText(AGENTS + "/reasonless/disable", body);

    assertThat(off.status()).isEqualTo(200);
    assertThat(off.json().at("/disabled_reason").isNull()).isTrue();
    assertThat(admin.postText(AGENTS + "/reasonless/enable", body).status()).isEqualTo(200);
  }

  @Test
  void aReasonHasAtMost256CodePoints() {
    String longest = "🤖".repeat(256);

    assertThat(admin.post(AGENTS + "/long/disable", "reason", longest).text("/disabled_reason"))
        .isEqualTo(longest);
    for (String path : List.of("/long/disable", "/long/enable")) {
      assertThat(admin.post(AGENTS + path, "reason", longest + "x").mistakes())
          .containsExactly(
              "string_too_long at body.reason: String should have at most 256 characters");
      assertThat(admin.post(AGENTS + path, "reason", 5).status()).isEqualTo(422);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"with/slash", "with space", "бот-7", "🤖", "a;b=c", "disable"})
  void anyTextIsAnAgentId(String agentId) {
    String path = AGENTS + "/" + Client.segment(agentId);

    assertThat(admin.post(path + "/disable").text("/agent_id")).isEqualTo(agentId);
    assertThat(admin.get(path).json().at("/is_enabled").booleanValue()).isFalse();
    assertThat(admin.get(path + "/logs").body()).isEqualTo("[]");
    assertThat(admin.get(path + "/metrics").text("/agent_id")).isEqualTo(agentId);
    assertThat(admin.post(path + "/enable").text("/agent_id")).isEqualTo(agentId);
    assertThat(admin.get(AGENTS + "/" + Client.segment("x".repeat(257))).status()).isEqualTo(422);
  }

  @Test
  void anAgentNobodyHeardOfMayActAndHasNot() {
    assertThat(admin.get(AGENTS + "/unheard-of").body())
        .isEqualTo(
            "{\"agent_id\":\"unheard-of\",\"is_enabled\":true,\"disabled_reason\":null,"
                + "\"disabled_at\":null,\"last_seen_at\":null,\"has_policy\":false,"
                + "\"actions_today\":0,\"blocked_today\":0,\"spend_usd_today\":0,"
                + "\"namespace_is_enabled\":true}");
    assertThat(admin.get(AGENTS).body()).doesNotContain("unheard-of");
  }

  @Test
  void theListHasTheSwitchedOnesAndThoseWithAPolicy() {
    Client owner = SERVER.namespace("agents-list", "agency");
    assertThat(owner.get(AGENTS).body()).isEqualTo("[]");
    owner.post(AGENTS + "/c/disable", "reason", "r");
    owner.postText("/v1/policies/b", "{}");
    owner.post(AGENTS + "/a/disable");
    owner.post(AGENTS + "/a/enable");
    owner.post(AGENTS + "/*/disable");

    Answer list = owner.get(AGENTS);

    assertThat(list.json().valueStream().map(agent -> agent.path("agent_id").asString()))
        .containsExactly("a", "b", "c");
    assertThat(list.json().valueStream().map(agent -> agent.path("is_enabled").asBoolean()))
        .containsExactly(true, true, false);
    assertThat(list.json().valueStream().map(agent -> agent.path("has_policy").asBoolean()))
        .containsExactly(false, true, false);
    assertThat(list.json().valueStream().map(agent -> agent.path("namespace_is_enabled")))
        .noneMatch(JsonNode::booleanValue);
    assertThat(list.json().get(2).toString()).isEqualTo(owner.get(AGENTS + "/c").body());
  }

  @Test
  void theStarIsTheNamespacesSwitch() {
    Client owner = SERVER.namespace("all-stop", "agency");
    owner.post(AGENTS + "/own-off/disable");
    owner.postText("/v1/policies/a", "{}");
    owner.postText("/v1/policies/b", "{}");

    Answer off = owner.post(AGENTS + "/*/disable", "reason", "all");
    Answer again = owner.post(AGENTS + "/%2A/disable", "reason", "all");
    Answer one = owner.post(AGENTS + "/a/disable");

    assertThat(off.text("/agent_id")).isEqualTo("*");
    assertThat(off.json().at("/is_enabled").booleanValue()).isFalse();
    assertThat(off.json().at("/namespace_is_enabled").booleanValue()).isFalse();
    assertThat(off.number("/stopped/agents_stopped")).isEqualTo(2);
    assertThat(again.number("/stopped/agents_stopped")).isZero();
    assertThat(one.number("/stopped/agents_stopped")).isZero();
    assertThat(owner.get(AGENTS + "/*").text("/disabled_reason")).isEqualTo("all");
    Answer stillOff = owner.post(AGENTS + "/own-off/enable");
    assertThat(stillOff.json().at("/is_enabled").booleanValue()).isTrue();
    assertThat(stillOff.json().at("/namespace_is_enabled").booleanValue()).isFalse();
    owner.post(AGENTS + "/*/enable");
    assertThat(owner.get(AGENTS + "/b").json().at("/namespace_is_enabled").booleanValue()).isTrue();
    assertThat(owner.get(AGENTS + "/a").json().at("/is_enabled").booleanValue()).isFalse();
    assertThat(admin.get(AGENTS + "/*").json().at("/is_enabled").booleanValue()).isTrue();
  }

  @Test
  void theStarHasNoLogsAndNoMetrics() {
    assertThat(admin.get(AGENTS + "/*/logs").status()).isEqualTo(422);
    assertThat(admin.get(AGENTS + "/*/metrics").status()).isEqualTo(422);
  }

  @Test
  void logsAndMetricsHaveBounds() {
    for (String limit : List.of("1", "500")) {
      assertThat(admin.get(AGENTS + "/a/logs", "limit", limit).status()).isEqualTo(200);
    }
    for (String limit : List.of("0", "501", "-1", "x", "1.5")) {
      assertThat(admin.get(AGENTS + "/a/logs", "limit", limit).status()).isEqualTo(422);
    }
    for (String period : List.of("hour", "day", "week")) {
      assertThat(admin.get(AGENTS + "/a/metrics", "period", period).body())
          .isEqualTo(
              "{\"agent_id\":\"a\",\"period\":\""
                  + period
                  + "\",\"total_actions\":0,\"blocked_actions\":0,\"total_spend_usd\":0,"
                  + "\"top_tools\":[]}");
    }
    assertThat(admin.get(AGENTS + "/a/metrics").text("/period")).isEqualTo("day");
    for (String period : List.of("", "Day", "month", "7")) {
      assertThat(admin.get(AGENTS + "/a/metrics", "period", period).mistakes())
          .containsExactly("value_error at query.period: Value error, hour, day or week");
    }
  }

  @ParameterizedTest
  @CsvSource({"free, FREE", "starter, STARTER"})
  void smallerPlansHaveNoSwitchNoLogsAndNoMetrics(String plan, String shown) {
    Client owner = SERVER.namespace("insight-" + plan, plan);

    assertRefused(owner.post(AGENTS + "/a/disable"), shown + " plan has no kill switch");
    assertRefused(owner.post(AGENTS + "/*/disable"), shown + " plan has no kill switch");
    assertRefused(owner.post(AGENTS + "/a/enable"), shown + " plan has no kill switch");
    assertRefused(owner.get(AGENTS + "/a/logs"), shown + " plan has no agent logs");
    assertRefused(owner.get(AGENTS + "/a/metrics"), shown + " plan has no agent metrics");
    assertThat(owner.get(AGENTS).body()).isEqualTo("[]");
    assertThat(owner.get(AGENTS + "/a").json().at("/is_enabled").booleanValue()).isTrue();
    assertThat(owner.post(AGENTS + "/a/disable", "reason", 5).status()).isEqualTo(422);
  }

  @Test
  void aProPlanHasThem() {
    Client pro = SERVER.namespace("insight-pro", "pro");

    assertThat(pro.post(AGENTS + "/a/disable").status()).isEqualTo(200);
    assertThat(pro.get(AGENTS + "/a/logs").body()).isEqualTo("[]");
    assertThat(pro.get(AGENTS + "/a/metrics").status()).isEqualTo(200);
  }

  @Test
  void anAgentsKeyReadsItsOwnLogsAndMetricsAndMovesNoSwitch() {
    Client bot = SERVER.key("default", Role.AGENT, "bot-*");
    admin.post(AGENTS + "/bot-off/disable");

    assertThat(bot.get(AGENTS + "/bot-1/logs").status()).isEqualTo(200);
    assertThat(bot.get(AGENTS + "/bot-1/metrics").status()).isEqualTo(200);
    for (Answer refused :
        List.of(
            bot.get(AGENTS + "/other/logs"),
            bot.get(AGENTS + "/other/metrics"),
            bot.get(AGENTS + "/bot-1"),
            bot.get(AGENTS),
            bot.post(AGENTS + "/bot-off/enable"),
            bot.post(AGENTS + "/bot-1/disable"),
            bot.post(AGENTS + "/*/enable"))) {
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.body())
          .isEqualTo("{\"detail\":{\"error\":\"forbidden\",\"role\":\"agent\"}}");
    }
    assertThat(admin.get(AGENTS + "/bot-off").json().at("/is_enabled").booleanValue()).isFalse();
  }

  @Test
  void anOperatorThrowsTheSwitchAndAReaderOnlyLooks() {
    Client operator = SERVER.key("default", Role.OPERATOR);
    Client reader = SERVER.key("default", Role.READER);

    assertThat(operator.post(AGENTS + "/op/disable").status()).isEqualTo(200);
    assertThat(operator.get(AGENTS + "/op/logs").status()).isEqualTo(200);
    assertThat(reader.get(AGENTS + "/op").json().at("/is_enabled").booleanValue()).isFalse();
    assertThat(reader.get(AGENTS + "/op/metrics").status()).isEqualTo(200);
    assertThat(reader.post(AGENTS + "/op/enable").status()).isEqualTo(403);
    assertThat(operator.post(AGENTS + "/op/enable").status()).isEqualTo(200);
    assertThat(operator.postText("/v1/policies/op", "{}").status()).isEqualTo(403);
  }

  @Test
  void anotherNamespacesAgentsAreNotSeenNorStopped() {
    Client stranger = SERVER.namespace("agents-elsewhere", "agency");
    admin.post(AGENTS + "/same-name/disable", "reason", "secret reason");

    assertThat(stranger.get(AGENTS).body()).isEqualTo("[]");
    assertThat(stranger.get(AGENTS + "/same-name").json().at("/is_enabled").booleanValue())
        .isTrue();
    stranger.post(AGENTS + "/same-name/enable");
    stranger.post(AGENTS + "/*/disable");
    assertThat(admin.get(AGENTS + "/same-name").text("/disabled_reason"))
        .isEqualTo("secret reason");
    assertThat(admin.get(AGENTS + "/*").json().at("/is_enabled").booleanValue()).isTrue();
  }

  private static void assertRefused(Answer answer, String message) {
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body())
        .isEqualTo(
            "{\"detail\":{\"error\":\"feature_not_available\",\"message\":\"" + message + "\"}}");
  }
}
