package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.server.RunningServer;
import dev.onceonly.server.config.Settings;
import dev.onceonly.server.config.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an operator's settings make of governance.
class GovernanceSettingsTest {
  @TempDir private Path folder;

  @Test
  void policiesMayBeHeldToRegisteredTools() {
    try (LiveServer server =
        LiveServer.with(Map.of("policy_require_registered_tools", "true")).start()) {
      Client admin = server.admin();
      register(admin, "known", "global");
      register(admin, "mine", "agent:bot");

      Answer refused =
          admin.postText(
              "/v1/policies/bot",
              """
              {"allowed_tools":["known","z","stripe.*"],"blocked_tools":["a","mine"],\
              "max_calls_per_tool":{"b":1},"pricing_rules":[{"tool":"c","price_usd":1}]}\
              """);
      Answer ofAnother = admin.postText("/v1/policies/other", "{\"blocked_tools\":[\"mine\"]}");
      Answer fromTemplate =
          admin.postText(
              "/v1/policies/bot/from-template",
              "{\"template\":\"strict\",\"overrides\":{\"allowed_tools\":[\"nope\"]}}");

      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body())
          .isEqualTo(
              "{\"detail\":{\"error\":\"unknown_tools\",\"tools\":[\"a\",\"b\",\"c\",\"z\"]}}");
      assertThat(ofAnother.text("/detail/tools/0")).isEqualTo("mine");
      assertThat(fromTemplate.text("/detail/tools/0")).isEqualTo("nope");
      assertThat(admin.get("/v1/policies").body()).isEqualTo("[]");
      assertThat(
              admin
                  .postText(
                      "/v1/policies/bot",
                      "{\"allowed_tools\":[\"known\",\"mine\",\"stripe.*\",\"*\"]}")
                  .status())
          .isEqualTo(200);
    }
  }

  @Test
  void toolsThatThePlanLeavesOutNeedNotBeRegistered() {
    try (LiveServer server =
        LiveServer.with(Map.of("policy_require_registered_tools", "true")).start()) {
      Client free = server.namespace("free", "free");

      assertThat(
              free.postText("/v1/policies/a", "{\"max_calls_per_tool\":{\"unheard-of\":1}}")
                  .status())
          .isEqualTo(200);
    }
  }

  @Test
  void anOperatorsTemplatesAreAddedOrTakeTheBuiltInOnesPlace() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("templates.json"),
            """
            {
              "read_only": {"allowed_tools": ["*.get", "*.list"], "max_spend_usd_per_day": 0},
              "billing": {"max_actions_per_hour": 3}
            }
            """);
    try (LiveServer server =
        LiveServer.with(Map.of("policy_templates_file", file.toString())).start()) {
      Client admin = server.admin();

      assertThat(put(admin, "read_only"))
          .isEqualTo("{\"allowed_tools\":[\"*.get\",\"*.list\"],\"max_spend_usd_per_day\":0}");
      assertThat(put(admin, "billing")).isEqualTo("{\"max_actions_per_hour\":3}");
      assertThat(put(admin, "strict"))
          .isEqualTo("{\"max_actions_per_hour\":50,\"max_spend_usd_per_day\":5}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | templates: Input should be a valid dictionary",
        "{\"a\":1} | templates.a: Input should be a valid dictionary",
        "{\"a\":{\"max_actions_per_hour\":-1}} | templates.a.max_actions_per_hour: Input should",
        "{\"a\": | no JSON at byte"
      })
  void aBadFileOfTemplatesStopsTheStart(String text, String said) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.json"), text);

    assertThatThrownBy(() -> start(file))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("setting policy_templates_file can't be used: ")
        .hasMessageEndingWith(", was '" + file + "'")
        .hasMessageContaining(said);
  }

  @Test
  void aFileOfTemplatesThatIsNotThereStopsTheStart() {
    assertThatThrownBy(() -> start(folder.resolve("none.json")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("none.json");
  }

  @Test
  void aNamespaceMadeLaterIsAsTheListsSay() {
    for (String byDefault : new String[] {"allow", "deny"}) {
      try (LiveServer server =
          LiveServer.with(
                  Map.of(
                      "policy_default", byDefault,
                      "policy_default_deny_namespaces", "strict",
                      "policy_default_allow_namespaces", "lax"))
              .start()) {
        for (String name : new String[] {"strict", "lax"}) {
          Client client = server.namespace(name, "pro");
          register(client, "t", "global");
          Answer dry =
              client.postText(
                  "/v1/ai/run", "{\"agent_id\":\"a\",\"tool\":\"t\",\"args\":{},\"dry_run\":true}");

          assertThat(dry.body().contains("no_policy"))
              .as(name + " where the default is " + byDefault + ": " + dry.body())
              .isEqualTo(name.equals("strict"));
        }
      }
    }
  }

  @Test
  void aPlansGovernanceIsWhatTheSettingsSay() {
    try (LiveServer server =
        LiveServer.with(
                Map.of(
                    "plan_free_tools_max", "2",
                    "plan_free_insight", "true",
                    "plan_pro_pricing", "false",
                    "plan_pro_caps", "false"))
            .start()) {
      Client free = server.namespace("free", "free");
      Client pro = server.namespace("pro", "pro");
      register(free, "one", "global");
      register(free, "two", "global");

      Answer third =
          free.post("/v1/tools", "name", "three", "url", "https://t.example.org", "auth", auth());
      assertThat(third.text("/detail/message")).isEqualTo("FREE plan limit: max 2 tools");
      assertThat(free.post("/v1/agents/a/disable").status()).isEqualTo(200);
      assertThat(pro.post("/v1/policies/a/from-template", "template", "strict").status())
          .isEqualTo(403);
      assertThat(
              pro.postText(
                      "/v1/policies/a",
                      "{\"blocked_tools\":[],\"max_actions_per_hour\":1,\"pricing_rules\":[]}")
                  .json()
                  .at("/policy")
                  .toString())
          .isEqualTo("{\"blocked_tools\":[]}");
    }
  }

  @Test
  void developmentRegistersToolsOnLoopback() {
    try (LiveServer server = LiveServer.with(Map.of("dev", "true")).start()) {
      Client admin = server.admin();

      assertThat(tool(admin, "http://127.0.0.1:9000/echo").status()).isEqualTo(200);
      assertThat(tool(admin, "http://localhost:9000/echo").status()).isEqualTo(200);
      assertThat(tool(admin, "http://169.254.169.254/latest").status()).isEqualTo(422);
      assertThat(tool(admin, "http://[fd00:ec2::254]/latest").status()).isEqualTo(422);
    }
  }

  @Test
  void theHostsOfToolsMayBeListed() {
    try (LiveServer server =
        LiveServer.with(Map.of("tools_allowed_hosts", "tools.example.org")).start()) {
      Client admin = server.admin();

      assertThat(tool(admin, "https://tools.example.org/a").status()).isEqualTo(200);
      assertThat(tool(admin, "https://evil.example.org/a").mistakes())
          .singleElement()
          .asString()
          .contains("body.url", "tools_allowed_hosts");
    }
  }

  private void start(Path templates) {
    RunningServer.start(
            Settings.of(
                Map.of(
                    "data", folder.resolve("data").toString(),
                    "port", "0",
                    "policy_templates_file", templates.toString())))
        .close();
  }

  private static String put(Client admin, String template) {
    return admin
        .post("/v1/policies/of-" + template + "/from-template", "template", template)
        .json()
        .at("/policy")
        .toString();
  }

  private static void register(Client client, String name, String scopeId) {
    Answer made =
        client.post(
            "/v1/tools",
            "name",
            name,
            "scope_id",
            scopeId,
            "url",
            "https://t.example.org",
            "auth",
            auth());
    assertThat(made.status()).isEqualTo(200);
  }

  private static Answer tool(Client client, String url) {
    return client.post("/v1/tools", "name", "t", "url", url, "auth", auth());
  }

  private static Map<String, String> auth() {
    return Map.of("type", "hmac_sha256", "secret", "long-enough");
  }
}
