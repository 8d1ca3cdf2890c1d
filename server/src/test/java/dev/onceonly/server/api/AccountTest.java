package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `/v1/me` and `/v1/me/notifications`.
class AccountTest {
  private static final String ME = "/v1/me";
  private static final String NOTIFICATIONS = "/v1/me/notifications";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  @Test
  void meTellsOfTheAccountAndTheKey() {
    SERVER.operator(
        "namespaces", "create", "mailed", "--plan", "pro", "--email", "ops@example.org");
    Client admin = SERVER.key("mailed", Role.ADMIN);
    Client agent = SERVER.key("mailed", Role.AGENT, "bot-*");
    String end = admin.apiKey().substring(admin.apiKey().length() - 4);

    assertThat(admin.get(ME).status()).isEqualTo(200);
    assertThat(admin.get(ME).body())
        .isEqualTo(
            """
            {"plan":"pro","namespace":"mailed","email":"ops@example.org","is_active":true,\
            "current_period_end":null,"key_preview":"once_live_…%s","role":"admin",\
            "requests_total_all_time":0,"blocked_total_all_time":0,\
            "email_notifications_enabled":true,"tool_error_notifications_enabled":true,\
            "run_failure_notifications_enabled":true}\
            """
                .formatted(end));
    assertThat(agent.get(ME).text("/role")).isEqualTo("agent");
  }

  @Test
  void anAccountWithoutMailHasNone() {
    assertThat(SERVER.admin().get(ME).json().get("email").isNull()).isTrue();
    assertThat(SERVER.admin().get(ME).text("/plan")).isEqualTo("agency");
  }

  @Test
  void allRequestsOfAllTimeAreCounted() {
    Client client = SERVER.namespace("busy", "agency");
    client.post("/v1/check-lock", "key", "a");
    client.post("/v1/check-lock", "key", "a");
    client.post("/v1/ai/lease", "key", "a");

    assertThat(client.get(ME).number("/requests_total_all_time")).isEqualTo(3);
    assertThat(client.get(ME).number("/blocked_total_all_time")).isZero();
  }

  @Test
  void anySubsetOfTheFlagsIsChangedAndAllAreAnswered() {
    Client client = SERVER.namespace("flags", "free");

    Answer one = client.post(NOTIFICATIONS, "tool_error_notifications_enabled", false);
    Answer two =
        client.post(
            NOTIFICATIONS,
            "email_notifications_enabled",
            false,
            "tool_error_notifications_enabled",
            true);

    assertThat(one.status()).isEqualTo(200);
    assertThat(one.body())
        .isEqualTo(
            """
            {"email_notifications_enabled":true,"tool_error_notifications_enabled":false,\
            "run_failure_notifications_enabled":true}\
            """);
    assertThat(two.body())
        .isEqualTo(
            """
            {"email_notifications_enabled":false,"tool_error_notifications_enabled":true,\
            "run_failure_notifications_enabled":true}\
            """);
    assertThat(client.get(ME).json().path("email_notifications_enabled").booleanValue()).isFalse();
    assertThat(SERVER.admin().get(ME).json().path("email_notifications_enabled").booleanValue())
        .isTrue();
  }

  @Test
  void atLeastOneFlagIsNeeded() {
    for (String body : new String[] {"{}", "", "{\"email_notifications_enabled\":null}"}) {
      Answer refused = SERVER.admin().postText(NOTIFICATIONS, body);
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.mistakes())
          .containsExactly(
              "value_error at body.email_notifications_enabled: Value error, at least one of the"
                  + " three flags is needed");
    }
  }

  @Test
  void aFlagIsTrueOrFalseAndAWrongOneChangesNothing() {
    for (String value : new String[] {"\"false\"", "0", "[]", "{}"}) {
      Answer refused =
          SERVER
              .admin()
              .postText(
                  NOTIFICATIONS,
                  "{\"run_failure_notifications_enabled\":false,\"email_notifications_enabled\":"
                      + value
                      + "}");
      assertThat(refused.mistakes())
          .containsExactly(
              "bool_type at body.email_notifications_enabled: Input should be a valid boolean");
    }
    assertThat(
            SERVER.admin().get(ME).json().path("run_failure_notifications_enabled").booleanValue())
        .isTrue();
  }
}
