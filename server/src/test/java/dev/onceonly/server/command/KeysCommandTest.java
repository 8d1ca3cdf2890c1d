package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.service.Accounts;
import dev.onceonly.server.api.LiveServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysCommandTest {
  @TempDir private Path data = Path.of("");

  @BeforeEach
  void makeTheNamespace() {
    Console.makeStore(data);
    Console.done(data, "namespaces", "create", "default");
  }

  @Test
  void aNewKeyIsShownOnceAndOnlyItsHashIsStored() throws IOException {
    String out = Console.done(data, "keys", "create");

    List<String> lines = out.lines().toList();
    String key = lines.get(0);
    assertThat(key).matches("once_live_[0-9A-Za-z]{40}");
    assertThat(lines.get(1))
        .matches("id key_[0-9a-f]{12}, role admin, namespace default; it is shown only now");
    assertThat(lines).hasSize(2);
    assertThat(Console.done(data, "keys", "list")).doesNotContain(key);
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .doesNotContain(key.substring(10));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"admin", "operator", "reader"})
  void aKeyHasARole(String role) {
    Console.done(data, "keys", "create", "--role", role);

    assertThat(Console.done(data, "keys", "list")).contains(" " + role + " ").contains("enabled");
  }

  @Test
  void anAgentsKeyIsBoundToPatterns() {
    Console.done(
        data, "keys", "create", "--role", "agent", "--agent", "bot-*", "--agent", "mail 🦉");

    assertThat(Console.done(data, "keys", "list")).contains("enabled, agents bot-* mail ");
    assertRefused(
        Console.on(data, "keys", "create", "--role", "agent"),
        "a key of role agent needs at least one agent pattern, and no other role takes one");
    assertRefused(
        Console.on(data, "keys", "create", "--role", "reader", "--agent", "bot-*"),
        "a key of role agent needs at least one agent pattern, and no other role takes one");
    assertRefused(
        Console.on(data, "keys", "create", "--role", "agent", "--agent", ""),
        "an agent pattern has 1 to 256 characters, none of them a control character");
  }

  @Test
  void anAgentsKeyMayBeBoundToPatternsOfLocks() {
    List<String> words = new ArrayList<>(List.of("keys", "create", "--role", "agent"));
    words.addAll(List.of("--agent", "bot-*", "--locks", "order-*", "--locks", "mail x"));
    Console.done(data, words.toArray(String[]::new));

    assertThat(Console.done(data, "keys", "list"))
        .contains("enabled, agents bot-*, locks order-* mail x");
    assertRefused(
        Console.on(data, "keys", "create", "--role", "reader", "--locks", "order-*"),
        "only a key of role agent is bound to locks");
    assertRefused(
        Console.on(data, "keys", "create", "--locks", "order-*"),
        "only a key of role agent is bound to locks");
    for (int i = 2; i < Accounts.LOCK_PATTERNS_MAX; i++) {
      words.addAll(List.of("--locks", "more-" + i));
    }
    Console.done(data, words.toArray(String[]::new));
    words.addAll(List.of("--locks", "one too many"));
    assertRefused(
        Console.on(data, words.toArray(String[]::new)),
        "a key is bound to at most 20 patterns of locks, each of 1 to 256 characters, none of them a"
            + " control character");
  }

  @Test
  void anUnknownRoleOrNamespaceIsRefused() {
    Console.Ran role = Console.on(data, "keys", "create", "--role", "owner");

    assertThat(role.exitCode()).isEqualTo(2);
    assertThat(role.err())
        .startsWith("onceonly: --role takes admin, agent, operator or reader, was 'owner'");
    assertRefused(
        Console.on(data, "keys", "create", "--namespace", "nobody"),
        "there is no namespace nobody");
    assertRefused(
        Console.on(data, "keys", "list", "--namespace", "nobody"), "there is no namespace nobody");
  }

  @Test
  void aDisabledKeyIsListedAsSuch() {
    String id = idOf(Console.done(data, "keys", "create"));

    String disabled = Console.done(data, "keys", "disable", id);
    String again = Console.done(data, "keys", "disable", id);

    assertThat(disabled).startsWith("disabled " + id + " (once_live_");
    assertThat(again).isEqualTo(disabled);
    assertThat(Console.done(data, "keys", "list")).contains("disabled").contains(id);
    assertRefused(Console.on(data, "keys", "disable", "key_x"), "there is no API key key_x");
  }

  @Test
  void aDisabledKeyIsEnabledAsItWas() {
    String id = idOf(Console.done(data, "keys", "create", "--role", "agent", "--agent", "bot-*"));
    String before = Console.done(data, "keys", "list");
    Console.done(data, "keys", "disable", id);

    String enabled = Console.done(data, "keys", "enable", id);
    String again = Console.done(data, "keys", "enable", id);

    assertThat(enabled)
        .startsWith("enabled " + id + " (once_live_")
        .contains("role agent, agents bot-*");
    assertThat(again).isEqualTo(enabled);
    assertThat(Console.done(data, "keys", "list")).isEqualTo(before);
    assertThat(Console.done(data, "audit", "log").lines().filter(line -> line.contains(id)))
        .as("one entry for each change")
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).contains("key.create"),
            line -> assertThat(line).contains("key.disable"),
            line -> assertThat(line).matches(".* key.enable +operator +" + id));
    assertThat(Console.done(data, "audit", "verify")).contains("sound");
    assertRefused(Console.on(data, "keys", "enable", "key_x"), "there is no API key key_x");
  }

  @Test
  void anEnabledKeyOpensAgainAtOnce() {
    try (LiveServer server = LiveServer.withDefaults().start()) {
      String created = Console.done(server.data(), "keys", "create", "--role", "reader");
      String key = created.lines().findFirst().orElseThrow();
      Console.done(server.data(), "keys", "disable", idOf(created));
      assertThat(server.client(key).get("/v1/me").status()).isEqualTo(403);

      Console.done(server.data(), "keys", "enable", idOf(created));

      assertThat(server.client(key).get("/v1/me").text("/role")).isEqualTo("reader");
      assertThat(server.client(key).post("/v1/check-lock", "key", "k").status()).isEqualTo(403);
    }
  }

  @Test
  void whereAServerRunsItDoesTheWork() {
    try (LiveServer server = LiveServer.withDefaults().start()) {
      String key =
          Console.done(server.data(), "keys", "create", "--role", "reader")
              .lines()
              .findFirst()
              .orElseThrow();
      assertThat(server.client(key).get("/v1/me").text("/role")).isEqualTo("reader");

      String list = Console.done(server.data(), "keys", "list");
      String id = list.lines().filter(line -> line.contains(" reader ")).findFirst().orElseThrow();
      Console.done(server.data(), "keys", "disable", id.split(" ", 2)[0]);

      assertThat(server.client(key).get("/v1/me").status()).isEqualTo(403);
      assertRefused(
          Console.on(server.data(), "keys", "disable", "key_x"), "there is no API key key_x");
    }
  }

  private static String idOf(String created) {
    return created.lines().skip(1).findFirst().orElseThrow().substring(3, 19);
  }

  private static void assertRefused(Console.Ran ran, String why) {
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().strip()).isEqualTo("onceonly: " + why);
  }
}
