package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.api.Client;
import dev.onceonly.server.api.LiveServer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `onceonly namespaces` and `onceonly plans`.
class NamespacesCommandTest {
  @TempDir private Path data = Path.of("");

  @BeforeEach
  void makeStore() {
    Console.makeStore(data);
  }

  @Test
  void aNamespaceIsMadeOnTheDefaultPlanOrOnAnother() {
    assertThat(Console.done(data, "namespaces", "create", "one").strip())
        .isEqualTo("created namespace one on plan agency");
    assertThat(
            Console.done(data, "namespaces", "create", "two", "--set", "default_plan=pro").strip())
        .isEqualTo("created namespace two on plan pro");
    assertThat(
            Console.done(
                    data,
                    "namespaces",
                    "create",
                    "three",
                    "--plan",
                    "free",
                    "--email",
                    "a@b.example")
                .strip())
        .isEqualTo("created namespace three on plan free");

    assertThat(Console.done(data, "namespaces", "list").lines())
        .satisfiesExactly(
            line -> assertThat(line).matches("NAME +PLAN +CREATED +E-MAIL"),
            line -> assertThat(line).matches("one +agency +2\\S+Z +-"),
            line -> assertThat(line).matches("three +free +2\\S+Z +a@b.example"),
            line -> assertThat(line).matches("two +pro +2\\S+Z +-"));
  }

  @Test
  void mailsGoToOneAddressOrToNone() {
    Console.done(data, "namespaces", "create", "one");

    assertThat(Console.done(data, "namespaces", "email", "one", "ops@example.org").strip())
        .isEqualTo("mails of namespace one go to ops@example.org");
    assertThat(Console.done(data, "namespaces", "list")).contains(" ops@example.org");
    for (String address : new String[] {"ops", "a@b,c@d", "a@b\r\nBcc: c@d", "Ops <a@b>"}) {
      String why = "an e-mail address looks like name@example.org, in at most 254 ASCII characters";
      assertRefused(Console.on(data, "namespaces", "email", "one", address), why);
      assertRefused(Console.on(data, "namespaces", "create", "two", "--email", address), why);
    }
    assertRefused(
        Console.on(data, "namespaces", "email", "nobody", "ops@example.org"),
        "there is no namespace nobody");
    assertThat(Console.done(data, "namespaces", "email", "one", "none").strip())
        .isEqualTo("namespace one gets no mails");
    assertThat(Console.done(data, "namespaces", "list")).doesNotContain("@", "two");
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "a b", "é", "_a", "a/b", ""})
  void aNameHasAFormThatIsSafeEverywhere(String name) {
    assertRefused(
        Console.on(data, "namespaces", "create", name),
        "a namespace's name has 1 to 63 of a-z, 0-9, _ and -, starting with a letter or digit");
  }

  @Test
  void aNameMayHave63Characters() {
    Console.done(data, "namespaces", "create", "a".repeat(63));
    assertThat(Console.on(data, "namespaces", "create", "a".repeat(64)).exitCode()).isEqualTo(1);
  }

  @Test
  void aNameIsTakenOnce() {
    Console.done(data, "namespaces", "create", "taken");

    assertRefused(
        Console.on(data, "namespaces", "create", "taken"), "there is a namespace taken already");
  }

  @Test
  void anUnknownPlanIsRefusedAndTheKnownOnesAreListed() {
    String why = "there is no plan gold; known: [agency, free, pro, starter, unlimited]";
    Console.done(data, "namespaces", "create", "one");

    assertRefused(Console.on(data, "namespaces", "create", "two", "--plan", "gold"), why);
    assertRefused(Console.on(data, "namespaces", "plan", "one", "gold"), why);
    assertRefused(
        Console.on(data, "namespaces", "plan", "nobody", "free"), "there is no namespace nobody");
    assertThat(Console.done(data, "namespaces", "list").lines()).hasSize(2);
  }

  @Test
  void aChangedPlanHoldsForTheNextRequest() {
    try (LiveServer server = LiveServer.withDefaults().start()) {
      Client client = server.namespace("moved", "free");
      assertThat(client.post("/v1/check-lock", "key", "a").number("/ttl")).isEqualTo(60);

      assertThat(Console.done(server.data(), "namespaces", "plan", "moved", "pro").strip())
          .isEqualTo("namespace moved is on plan pro");

      assertThat(client.post("/v1/check-lock", "key", "b").number("/ttl")).isEqualTo(21_600);
      assertThat(client.get("/v1/me").text("/plan")).isEqualTo("pro");
    }
  }

  @Test
  void plansAreShownWithWhatTheSettingsOverride() {
    Console.Ran ran =
        Console.run(
            "plans",
            "show",
            "--set",
            "plan_free_make=5",
            "--set",
            "plan_pro_hard_stop=true",
            "--set",
            "default_plan=free");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("PLAN "),
            line -> assertPlan(line, "free 5 3000 refused 60 s 3600 s 1 lists (default)"),
            line -> assertPlan(line, "starter 20000 100000 continues 3600 s 86400 s 20 lists,caps"),
            line ->
                assertPlan(
                    line,
                    "pro 200000 1000000 refused 21600 s 604800 s 100 lists,caps,pricing,insight"),
            line ->
                assertPlan(
                    line,
                    "agency 2000000 10000000 continues 86400 s 2592000 s 1000"
                        + " lists,caps,pricing,insight"),
            line ->
                assertPlan(
                    line,
                    "unlimited none none continues 86400 s 2592000 s none"
                        + " lists,caps,pricing,insight"));
  }

  private static void assertPlan(String line, String words) {
    assertThat(line.replaceAll(" +", " ")).isEqualTo(words);
  }

  private static void assertRefused(Console.Ran ran, String why) {
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err().strip()).isEqualTo("onceonly: " + why);
  }
}
