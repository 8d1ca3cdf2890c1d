package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The tools registry: what is registered, what is shown of it, and what is refused.
class ToolsTest {
  private static final String TOOLS = "/v1/tools";
  private static final String URL = "https://tools.example.org/mail";
  private static final String SECRET = "s3cret-of-the-tool-xyz";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final Client admin = SERVER.admin();

  @Test
  void aRegisteredToolIsShownWithoutItsSecret() {
    Answer made =
        admin.post(
            TOOLS,
            "name",
            "mail.send",
            "scope_id",
            "global",
            "url",
            URL,
            "auth",
            auth(SECRET),
            "timeout_ms",
            15_000,
            "max_retries",
            2,
            "enabled",
            true,
            "description",
            "Send transactional email");

    assertThat(made.status()).isEqualTo(200);
    String id = made.text("/secret_id");
    assertThat(id).matches("sec_[0-9a-f]{8}");
    assertThat(made.body())
        .isEqualTo(
            "{\"name\":\"mail.send\",\"scope_id\":\"global\",\"url\":\""
                + URL
                + "\",\"timeout_ms\":15000,\"max_retries\":2,\"enabled\":true,"
                + "\"description\":\"Send transactional email\",\"has_secret\":true,"
                + "\"secret_id\":\""
                + id
                + "\",\"secret_mask\":\"***xyz\",\"auth_type\":\"hmac_sha256\","
                + "\"signature\":\"v1\"}");
    assertThat(admin.get(TOOLS + "/mail.send").body()).isEqualTo(made.body());
    assertThat(admin.get(TOOLS + "/mail.send", "scope_id", "global").body()).isEqualTo(made.body());
  }

  @Test
  void whatIsLeftOutHasADefault() {
    Answer made = admin.post(TOOLS, "name", "few", "url", URL, "auth", auth(SECRET));

    assertThat(made.text("/scope_id")).isEqualTo("global");
    assertThat(made.number("/timeout_ms")).isEqualTo(15_000);
    assertThat(made.number("/max_retries")).isEqualTo(2);
    assertThat(made.json().at("/enabled").booleanValue()).isTrue();
    assertThat(made.json().at("/description").isNull()).isTrue();
    assertThat(made.text("/signature")).isEqualTo("v1");
  }

  @Test
  void aSecondRegistrationReplacesTheFirstButMayLeaveTheSecretOut() {
    Answer first =
        admin.post(
            TOOLS,
            "name",
            "replaced",
            "url",
            URL,
            "auth",
            auth(SECRET, "next_secret", "another-one"),
            "description",
            "old",
            "signature",
            "v2");
    Answer withoutAuth = admin.post(TOOLS, "name", "replaced", "url", URL + "2");
    Answer withoutSecret =
        admin.post(TOOLS, "name", "replaced", "url", URL, "auth", Map.of("type", "hmac_sha256"));
    Answer rotated = admin.post(TOOLS, "name", "replaced", "url", URL, "auth", auth("another-one"));

    assertThat(first.text("/signature")).isEqualTo("v2");
    assertThat(first.text("/next_secret_mask")).isEqualTo("***one");
    assertThat(withoutAuth.text("/url")).isEqualTo(URL + "2");
    assertThat(withoutAuth.json().at("/description").isNull()).isTrue();
    assertThat(withoutAuth.text("/secret_id")).isEqualTo(first.text("/secret_id"));
    assertThat(withoutAuth.text("/next_secret_id")).isEqualTo(first.text("/next_secret_id"));
    assertThat(withoutSecret.text("/secret_id")).isEqualTo(first.text("/secret_id"));
    assertThat(withoutSecret.json().has("next_secret_id")).isFalse();
    assertThat(rotated.text("/secret_id")).isEqualTo(first.text("/next_secret_id"));
    assertThat(rotated.text("/secret_mask")).isEqualTo("***one");
  }

  @Test
  void aNewToolNeedsASecret() {
    assertThat(admin.post(TOOLS, "name", "bare", "url", URL).mistakes())
        .containsExactly("missing at body.auth: Field required");
    assertThat(
            admin
                .post(TOOLS, "name", "bare", "url", URL, "auth", Map.of("type", "hmac_sha256"))
                .mistakes())
        .containsExactly("missing at body.auth.secret: Field required");
    assertThat(admin.get(TOOLS + "/bare").status()).isEqualTo(404);
  }

  @Test
  void scopesAreApart() {
    Client owner = SERVER.namespace("scopes", "agency");
    register(owner, "t", "scope_id", "agent:бот/1");
    register(owner, "b");
    register(owner, "a");

    assertThat(names(owner.get(TOOLS))).containsExactly("a", "b");
    assertThat(names(owner.get(TOOLS, "scope_id", "global"))).containsExactly("a", "b");
    assertThat(names(owner.get(TOOLS, "scope_id", "agent:бот/1"))).containsExactly("t");
    assertThat(owner.get(TOOLS, "scope_id", "agent:nobody").body()).isEqualTo("[]");
    assertThat(owner.get(TOOLS + "/t").body())
        .isEqualTo(
            "{\"detail\":{\"error\":\"tool_not_found\",\"tool\":\"t\",\"scope_id\":\"global\"}}");
    assertThat(owner.get(TOOLS + "/t", "scope_id", "agent:бот/1").text("/scope_id"))
        .isEqualTo("agent:бот/1");
  }

  @Test
  void aToolIsSwitchedOffAndOn() {
    register(admin, "toggled");

    Answer off = admin.post(TOOLS + "/toggled/toggle?scope_id=global", "enabled", false);
    assertThat(off.json().at("/enabled").booleanValue()).isFalse();
    assertThat(off.text("/secret_mask")).isEqualTo("***xyz");
    assertThat(admin.get(TOOLS + "/toggled").body()).isEqualTo(off.body());
    assertThat(
            admin.post(TOOLS + "/toggled/toggle", "enabled", true).json().at("/enabled").toString())
        .isEqualTo("true");
    assertThat(admin.post(TOOLS + "/toggled/toggle").mistakes())
        .containsExactly("missing at body.enabled: Field required");
    assertThat(admin.post(TOOLS + "/toggled/toggle", "enabled", "no").mistakes())
        .containsExactly("bool_type at body.enabled: Input should be a valid boolean");
    assertThat(admin.post(TOOLS + "/nothing/toggle", "enabled", true).status()).isEqualTo(404);
  }

  @Test
  void aToolIsDeletedOnce() {
    register(admin, "deleted");

    assertThat(admin.delete(TOOLS + "/deleted?scope_id=global").body())
        .isEqualTo("{\"ok\":true,\"deleted\":true,\"name\":\"deleted\",\"scope_id\":\"global\"}");
    Answer again = admin.delete(TOOLS + "/deleted");
    assertThat(again.status()).isEqualTo(404);
    assertThat(again.text("/detail/error")).isEqualTo("tool_not_found");
  }

  @Test
  void namesWithColonsAndEscapesRoute() {
    register(admin, "ns:tool.v1-x_2");

    for (String path : List.of("/ns:tool.v1-x_2", "/ns%3Atool%2Ev1%2Dx_2")) {
      assertThat(admin.get(TOOLS + path).text("/name")).isEqualTo("ns:tool.v1-x_2");
    }
    assertThat(admin.get(TOOLS + "/a%2Fb").text("/detail/tool")).isEqualTo("a/b");
  }

  @Test
  void thePlanBoundsHowManyToolsThereAre() {
    Client free = SERVER.namespace("tools-free", "free");
    register(free, "first");

    Answer second = free.post(TOOLS, "name", "second", "url", URL, "auth", auth(SECRET));
    assertThat(second.status()).isEqualTo(403);
    assertThat(second.body())
        .isEqualTo(
            "{\"detail\":{\"error\":\"plan_limit\",\"message\":\"FREE plan limit: max 1 tools\"}}");
    assertThat(
            free.post(
                    TOOLS, "name", "first", "scope_id", "agent:a", "url", URL, "auth", auth(SECRET))
                .status())
        .isEqualTo(403);
    assertThat(register(free, "first", "description", "changed").text("/description"))
        .isEqualTo("changed");
    free.delete(TOOLS + "/first");
    register(free, "second");
  }

  @Test
  void noAnswerAndNoRefusalHasASecretInIt() {
    Answer made = register(admin, "masked");
    Answer refused = admin.post(TOOLS, "name", "bad name", "url", "ftp://x", "auth", auth(SECRET));
    Answer badType =
        admin.post(
            TOOLS, "name", "x", "url", URL, "auth", Map.of("type", "none", "secret", SECRET));

    for (Answer answer :
        List.of(made, refused, badType, admin.get(TOOLS), admin.get(TOOLS + "/masked"))) {
      assertThat(answer.body()).doesNotContain(SECRET).doesNotContain("s3cret");
    }
    assertThat(refused.status()).isEqualTo(422);
    assertThat(badType.status()).isEqualTo(422);
  }

  @Test
  void onlyAdministratorsChangeToolsAndAgentsDoNotSeeThem() {
    register(admin, "guarded");
    for (Role role : List.of(Role.OPERATOR, Role.READER)) {
      Client client = SERVER.key("default", role);
      assertThat(client.get(TOOLS + "/guarded").status()).isEqualTo(200);
      assertThat(client.delete(TOOLS + "/guarded").status()).isEqualTo(403);
      assertThat(client.post(TOOLS + "/guarded/toggle", "enabled", false).status()).isEqualTo(403);
      assertThat(client.post(TOOLS, "name", "guarded", "url", URL).status()).isEqualTo(403);
    }
    Client bot = SERVER.key("default", Role.AGENT, "*");
    assertThat(bot.get(TOOLS).status()).isEqualTo(403);
    assertThat(bot.get(TOOLS + "/guarded").status()).isEqualTo(403);
    assertThat(admin.get(TOOLS + "/guarded").json().at("/enabled").booleanValue()).isTrue();
  }

  @Test
  void anotherNamespacesToolsAreNotSeenNorMoved() {
    Client stranger = SERVER.namespace("tools-elsewhere", "agency");
    Answer mine = register(admin, "mine");

    assertThat(stranger.get(TOOLS).body()).isEqualTo("[]");
    assertThat(stranger.get(TOOLS + "/mine").status()).isEqualTo(404);
    assertThat(stranger.post(TOOLS + "/mine/toggle", "enabled", false).status()).isEqualTo(404);
    assertThat(stranger.delete(TOOLS + "/mine").status()).isEqualTo(404);
    assertThat(stranger.post(TOOLS, "name", "mine", "url", URL).status()).isEqualTo(422);
    assertThat(admin.get(TOOLS + "/mine").body()).isEqualTo(mine.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"global", "agent:a"})
  void registeringTwiceAtOnceMakesOneTool(String scope) throws InterruptedException {
    Client owner = SERVER.namespace("twice-" + scope.replace(':', '-'), "free");

    List<Answer> answers =
        new ConcurrentCalls()
            .answers(
                16,
                i ->
                    owner.post(
                        TOOLS,
                        "name",
                        "tool-" + i % 2,
                        "scope_id",
                        scope,
                        "url",
                        URL,
                        "auth",
                        auth(SECRET)));

    assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(8);
    assertThat(answers).filteredOn(answer -> answer.status() == 403).hasSize(8);
    assertThat(names(owner.get(TOOLS, "scope_id", scope))).hasSize(1);
  }

  private static Answer register(Client client, String name, String... more) {
    Object[] fields = new Object[6 + more.length];
    System.arraycopy(
        new Object[] {"name", name, "url", URL, "auth", auth(SECRET)}, 0, fields, 0, 6);
    System.arraycopy(more, 0, fields, 6, more.length);
    Answer made = client.post(TOOLS, fields);
    assertThat(made.status()).isEqualTo(200);
    return made;
  }

  private static Map<String, String> auth(String secret, String... more) {
    Map<String, String> auth = new HashMap<>(Map.of("type", "hmac_sha256", "secret", secret));
    for (int i = 0; i < more.length; i += 2) {
      auth.put(more[i], more[i + 1]);
    }
    return auth;
  }

  private static List<String> names(Answer list) {
    return list.json().valueStream().map(tool -> tool.path("name").asString()).toList();
  }
}
