package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Policies: what is given, what a plan keeps of it, and what comes back.
class PoliciesTest {
  private static final String FULL =
      """
      {"agent_id":"ignored","allowed_tools":["send_email","stripe.*"],"blocked_tools":["delete_user"],\
      "max_actions_per_hour":200,"max_spend_usd_per_day":50.25,\
      "max_calls_per_tool":{"send_email":5,"create_ticket":0},\
      "pricing_rules":[{"tool":"send_email","price_usd":0.001}],"unknown":{"x":1}}\
      """;

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final Client admin = SERVER.admin();

  @Test
  void whatIsGivenComesBackUnderPolicyAndThePathsAgentWins() {
    Answer put = admin.postText("/v1/policies/full", FULL);

    assertThat(put.status()).isEqualTo(200);
    String version = put.text("/policy_version");
    assertThat(version).matches("[0-9a-f]{12}");
    assertThat(put.body())
        .isEqualTo(
            "{\"agent_id\":\"full\",\"policy\":{\"allowed_tools\":[\"send_email\",\"stripe.*\"],"
                + "\"blocked_tools\":[\"delete_user\"],\"max_actions_per_hour\":200,"
                + "\"max_spend_usd_per_day\":50.25,"
                + "\"max_calls_per_tool\":{\"create_ticket\":0,\"send_email\":5},"
                + "\"pricing_rules\":[{\"tool\":\"send_email\",\"price_usd\":0.001}]},"
                + "\"policy_version\":\""
                + version
                + "\"}");
    assertThat(admin.get("/v1/policies/full").body()).isEqualTo(put.body());
    assertThat(admin.get("/v1/policies/ignored").status()).isEqualTo(404);
  }

  @Test
  void onlyGivenFieldsAreShownAndNullIsAbsent() {
    Answer put =
        admin.postText("/v1/policies/few", "{\"allowed_tools\":[],\"max_actions_per_hour\":null}");

    assertThat(put.json().at("/policy").toString()).isEqualTo("{\"allowed_tools\":[]}");
    assertThat(admin.postText("/v1/policies/none", "").json().at("/policy").toString())
        .isEqualTo("{}");
  }

  @Test
  void aSecondPutReplacesTheWholeDocument() {
    String first = admin.postText("/v1/policies/replaced", FULL).text("/policy_version");

    Answer second = admin.postText("/v1/policies/replaced", "{\"blocked_tools\":[\"x\"]}");

    assertThat(second.json().at("/policy").toString()).isEqualTo("{\"blocked_tools\":[\"x\"]}");
    assertThat(second.text("/policy_version")).isNotEqualTo(first);
    assertThat(admin.postText("/v1/policies/replaced", FULL).text("/policy_version"))
        .isEqualTo(first);
  }

  @Test
  void aPolicyIsDeletedOnce() {
    admin.postText("/v1/policies/gone", "{}");

    assertThat(admin.delete("/v1/policies/gone").body())
        .isEqualTo("{\"ok\":true,\"deleted\":true,\"agent_id\":\"gone\"}");
    Answer again = admin.delete("/v1/policies/gone");
    assertThat(again.status()).isEqualTo(404);
    assertThat(again.body())
        .isEqualTo("{\"detail\":{\"error\":\"policy_not_found\",\"agent_id\":\"gone\"}}");
    assertThat(admin.get("/v1/policies/gone").text("/detail/error")).isEqualTo("policy_not_found");
  }

  @Test
  void theListIsAnArrayOfTheSameObjectsByAgent() {
    Client owner = SERVER.namespace("listed", "agency");
    assertThat(owner.get("/v1/policies").body()).isEqualTo("[]");
    Answer b = owner.postText("/v1/policies/b", "{\"allowed_tools\":[\"t\"]}");
    Answer a = owner.postText("/v1/policies/a", "{}");

    assertThat(owner.get("/v1/policies").body()).isEqualTo("[" + a.body() + "," + b.body() + "]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"with/slash", "with space", "бот-7", "🤖", "a;b=c", "%2F", "from-template", "..a"})
  void anyTextIsAnAgentId(String agentId) {
    String path = "/v1/policies/" + Client.segment(agentId);

    assertThat(admin.postText(path, "{}").text("/agent_id")).isEqualTo(agentId);
    assertThat(admin.get(path).text("/agent_id")).isEqualTo(agentId);
    assertThat(
            admin.postText(path + "/from-template", "{\"template\":\"strict\"}").text("/agent_id"))
        .isEqualTo(agentId);
    assertThat(admin.delete(path).text("/agent_id")).isEqualTo(agentId);
  }

  @Test
  void anAgentIdHas1To256CodePointsAndIsNotTheStar() {
    String longest = "🤖".repeat(256);
    assertThat(admin.postText("/v1/policies/" + Client.segment(longest), "{}").status())
        .isEqualTo(200);

    assertThat(admin.postText("/v1/policies/" + Client.segment(longest + "x"), "{}").mistakes())
        .containsExactly(
            "string_too_long at path.agent_id: String should have at most 256 characters");
    assertThat(admin.postText("/v1/policies/*", "{}").mistakes())
        .containsExactly(
            "value_error at path.agent_id: Value error, * stands for all agents and is none"
                + " itself");
    assertThat(admin.get("/v1/policies/%2A").status()).isEqualTo(422);
    assertThat(admin.postText("/v1/policies/a%00b", "{}").status()).isEqualTo(422);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"allowed_tools\":\"t\"} | list_type at body.allowed_tools",
        "{\"allowed_tools\":[1]} | string_type at body.allowed_tools.0",
        "{\"allowed_tools\":[\"\"]} | string_too_short at body.allowed_tools.0",
        "{\"blocked_tools\":[\"a\",\"b c\"]} | value_error at body.blocked_tools: Value error, item 1",
        "{\"max_actions_per_hour\":-1} | greater_than_equal at body.max_actions_per_hour",
        "{\"max_actions_per_hour\":1000000001} | less_than_equal at body.max_actions_per_hour",
        "{\"max_actions_per_hour\":1.5} | int_from_float at body.max_actions_per_hour",
        "{\"max_actions_per_hour\":\"9\"} | int_type at body.max_actions_per_hour",
        "{\"max_actions_per_hour\":true} | int_type at body.max_actions_per_hour",
        "{\"max_spend_usd_per_day\":-0.01} | value_error at body.max_spend_usd_per_day",
        "{\"max_spend_usd_per_day\":1000000000.000000001} | value_error at body.max_spend",
        "{\"max_spend_usd_per_day\":1e400} | value_error at body.max_spend_usd_per_day",
        "{\"max_spend_usd_per_day\":\"5\"} | float_type at body.max_spend_usd_per_day",
        "{\"max_calls_per_tool\":[]} | dict_type at body.max_calls_per_tool",
        "{\"max_calls_per_tool\":{\"t\":-1}} | greater_than_equal at body.max_calls_per_tool.t",
        "{\"max_calls_per_tool\":{\"\":1}} | value_error at body.max_calls_per_tool",
        "{\"max_calls_per_tool\":{\"a/b\":1}} | value_error at body.max_calls_per_tool",
        "{\"pricing_rules\":{}} | list_type at body.pricing_rules",
        "{\"pricing_rules\":[1]} | dict_type at body.pricing_rules.0",
        "{\"pricing_rules\":[{\"price_usd\":1}]} | missing at body.pricing_rules.0.tool",
        "{\"pricing_rules\":[{\"tool\":\"t\"}]} | missing at body.pricing_rules.0.price_usd",
        "{\"pricing_rules\":[{\"tool\":\"t\",\"price_usd\":-1}]} | value_error at body.pricing_rules.0",
        "{\"pricing_rules\":[{\"tool\":\"ü\",\"price_usd\":1}]} | value_error at body.pricing_rules.0",
        "[] | dict_type at body",
        "{\"max_spend_usd_per_day\":NaN} | json_invalid at body"
      })
  void nonsenseIsRefusedAndNamed(String body, String mistake) {
    Answer refused = admin.postText("/v1/policies/nonsense", body);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.mistakes()).hasSize(1);
    assertThat(refused.mistakes().getFirst()).startsWith(mistake);
    assertThat(admin.get("/v1/policies/nonsense").status()).isEqualTo(404);
  }

  @Test
  void theBoundsThemselvesAreTaken() {
    String name = "n".repeat(256);
    Answer put =
        admin.postText(
            "/v1/policies/bounds",
            "{\"allowed_tools\":[\"%s\"],\"max_actions_per_hour\":1e9,".formatted(name)
                + "\"max_spend_usd_per_day\":1000000000,\"max_calls_per_tool\":{\"t\":0.0},"
                + "\"pricing_rules\":[{\"tool\":\"t\",\"price_usd\":0.0000000015}]}");

    assertThat(put.status()).isEqualTo(200);
    assertThat(put.number("/policy/max_actions_per_hour")).isEqualTo(1_000_000_000);
    assertThat(put.number("/policy/max_spend_usd_per_day")).isEqualTo(1_000_000_000);
    assertThat(put.number("/policy/max_calls_per_tool/t")).isZero();
    assertThat(put.json().at("/policy/pricing_rules/0/price_usd").decimalValue())
        .isEqualByComparingTo("0.000000002");
    assertThat(
            admin
                .postText("/v1/policies/long", "{\"allowed_tools\":[\"" + name + "x\"]}")
                .mistakes())
        .containsExactly(
            "string_too_long at body.allowed_tools.0: String should have at most 256 characters");
  }

  @Test
  void aListHasAtMostAThousandEntries() {
    List<String> most = IntStream.range(0, 1_000).mapToObj(i -> "t" + i).toList();
    List<String> more = IntStream.range(0, 1_001).mapToObj(i -> "t" + i).toList();
    Map<String, Integer> calls = more.stream().collect(Collectors.toMap(t -> t, t -> 1));

    assertThat(admin.post("/v1/policies/most", "allowed_tools", most).status()).isEqualTo(200);
    assertThat(admin.post("/v1/policies/more", "allowed_tools", more).mistakes())
        .containsExactly("too_long at body.allowed_tools: List should have at most 1000 items");
    assertThat(admin.post("/v1/policies/more", "max_calls_per_tool", calls).mistakes())
        .containsExactly(
            "value_error at body.max_calls_per_tool: Value error, at most 1000 entries");
  }

  @Test
  void aPlanKeepsWhatItHas() {
    Client free = SERVER.namespace("trim-free", "free");
    Client starter = SERVER.namespace("trim-starter", "starter");
    Client pro = SERVER.namespace("trim-pro", "pro");

    assertThat(free.postText("/v1/policies/a", FULL).json().at("/policy").propertyNames())
        .containsExactly("allowed_tools", "blocked_tools");
    assertThat(starter.postText("/v1/policies/a", FULL).json().at("/policy").propertyNames())
        .containsExactly(
            "allowed_tools",
            "blocked_tools",
            "max_actions_per_hour",
            "max_spend_usd_per_day",
            "max_calls_per_tool");
    assertThat(pro.postText("/v1/policies/a", FULL).json().at("/policy").propertyNames())
        .hasSize(6);
    assertThat(free.get("/v1/policies/a").json().at("/policy").propertyNames()).hasSize(2);
  }

  @Test
  void whatAPlanLeavesOutIsCheckedAllTheSame() {
    Client free = SERVER.namespace("trim-checked", "free");

    assertThat(free.postText("/v1/policies/a", "{\"max_actions_per_hour\":-1}").status())
        .isEqualTo(422);
  }

  @ParameterizedTest
  @CsvSource({
    "strict, 50, 5",
    "moderate, 200, 50",
    "permissive, 1000, 500",
    "read_only, 500, 0",
    "support_bot, 150, 50"
  })
  void aTemplateIsAPolicyToBeginWith(String template, long actions, long usd) {
    Answer put =
        admin.post(
            "/v1/policies/from-" + template + "/from-template",
            "agent_id",
            "x",
            "template",
            template,
            "overrides",
            Map.of());

    assertThat(put.json().at("/policy").toString())
        .isEqualTo(
            "{\"max_actions_per_hour\":%d,\"max_spend_usd_per_day\":%d}".formatted(actions, usd));
    assertThat(admin.get("/v1/policies/from-" + template).body()).isEqualTo(put.body());
  }

  @Test
  void overridesReplaceWholeFieldsOfATemplate() {
    Answer put =
        admin.postText(
            "/v1/policies/overridden/from-template",
            "{\"template\":\"moderate\",\"overrides\":{\"blocked_tools\":[\"delete_user\"],"
                + "\"max_actions_per_hour\":7,\"max_spend_usd_per_day\":null}}");

    assertThat(put.json().at("/policy").toString())
        .isEqualTo(
            "{\"blocked_tools\":[\"delete_user\"],\"max_actions_per_hour\":7,"
                + "\"max_spend_usd_per_day\":50}");
  }

  @Test
  void templatesNeedAKnownNameAndGoodOverrides() {
    String path = "/v1/policies/t/from-template";

    Answer unknown = admin.post(path, "template", "Strict");
    assertThat(unknown.status()).isEqualTo(422);
    assertThat(unknown.body())
        .isEqualTo("{\"detail\":{\"error\":\"unknown_template\",\"template\":\"Strict\"}}");
    assertThat(admin.post(path).mistakes())
        .containsExactly("missing at body.template: Field required");
    assertThat(admin.postText(path, "{\"template\":\"strict\",\"overrides\":[]}").mistakes())
        .containsExactly("dict_type at body.overrides: Input should be a valid dictionary");
    assertThat(
            admin
                .postText(
                    path, "{\"template\":\"strict\",\"overrides\":{\"max_actions_per_hour\":-1}}")
                .mistakes())
        .containsExactly(
            "greater_than_equal at body.overrides.max_actions_per_hour: Input should be greater"
                + " than or equal to 0");
    assertThat(admin.get("/v1/policies/t").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({"free, FREE", "starter, STARTER"})
  void templatesArePartOfTheLargerPlans(String plan, String shown) {
    Client owner = SERVER.namespace("templates-" + plan, plan);

    Answer refused = owner.post("/v1/policies/a/from-template", "template", "strict");

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body())
        .isEqualTo(
            "{\"detail\":{\"error\":\"feature_not_available\",\"message\":\""
                + shown
                + " plan has no policy templates\"}}");
    assertThat(owner.get("/v1/policies").body()).isEqualTo("[]");
  }

  @Test
  void anAgentsKeyReadsThePolicyOfItsOwnAgentsAndChangesNone() {
    Client bot = SERVER.key("default", Role.AGENT, "bot-*");
    admin.postText("/v1/policies/bot-1", "{}");
    admin.postText("/v1/policies/other", "{}");

    assertThat(bot.get("/v1/policies/bot-1").status()).isEqualTo(200);
    for (Answer refused :
        List.of(
            bot.get("/v1/policies/other"),
            bot.get("/v1/policies/unheard-of"),
            bot.get("/v1/policies"),
            bot.postText("/v1/policies/bot-1", "{\"allowed_tools\":[\"all\"]}"),
            bot.post("/v1/policies/bot-1/from-template", "template", "permissive"),
            bot.delete("/v1/policies/bot-1"))) {
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.body())
          .isEqualTo("{\"detail\":{\"error\":\"forbidden\",\"role\":\"agent\"}}");
    }
    assertThat(admin.get("/v1/policies/bot-1").json().at("/policy").toString()).isEqualTo("{}");
  }

  @Test
  void anotherNamespacesPoliciesAreNotSeenNorMoved() {
    Client stranger = SERVER.namespace("policies-elsewhere", "agency");
    Answer mine = admin.postText("/v1/policies/shared-name", FULL);

    assertThat(stranger.get("/v1/policies").body()).isEqualTo("[]");
    assertThat(stranger.get("/v1/policies/shared-name").status()).isEqualTo(404);
    assertThat(stranger.delete("/v1/policies/shared-name").status()).isEqualTo(404);
    assertThat(stranger.postText("/v1/policies/shared-name", "{}").status()).isEqualTo(200);
    assertThat(admin.get("/v1/policies/shared-name").body()).isEqualTo(mine.body());
  }
}
