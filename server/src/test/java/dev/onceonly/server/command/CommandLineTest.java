package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.config.Given;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What all commands have in common: help, mistakes, settings.
class CommandLineTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve",
        "demo",
        "keys",
        "config",
        "config check",
        "config show",
        "keys create",
        "keys list",
        "keys disable",
        "keys enable",
        "namespaces",
        "namespaces create",
        "namespaces list",
        "namespaces plan",
        "namespaces email",
        "calls",
        "calls list",
        "calls resolve",
        "audit",
        "plans",
        "plans show",
        "backup",
        "restore",
        "rekey",
        "resume",
        "verify"
      })
  void everyCommandExplainsItself(String command) {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.add("--help");

    Console.Ran ran = Console.run(words.toArray(String[]::new));

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).startsWith("Usage: onceonly " + command + " ").contains("--help");
    assertThat(ran.out().lines().count()).isGreaterThan(3);
  }

  @Test
  void theProgramListsItsCommands() {
    for (String[] words : new String[][] {{}, {"--help"}, {"-h"}}) {
      Console.Ran ran = Console.run(words);
      assertThat(ran.exitCode()).isZero();
      assertThat(ran.out())
          .startsWith("Usage: onceonly ")
          .contains(
              "serve",
              "demo",
              "keys",
              "namespaces",
              "plans",
              "backup",
              "restore",
              "rekey",
              "resume")
          .contains("verify")
          .doesNotContain("train");
    }
  }

  @Test
  void theVersionIsSaid() {
    assertThat(Console.run("--version").out()).startsWith("onceonly ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "keys nothing",
        "keys create --nothing",
        "keys disable",
        "keys enable",
        "keys list more",
        "namespaces create",
        "namespaces plan one",
        "namespaces email one",
        "calls resolve",
        "calls resolve call_x",
        "calls list --limit many",
        "config nothing",
        "config show more",
        "audit log --limit x",
        "backup",
        "restore",
        "verify more",
        "serve --nothing",
        "serve --port",
        "serve --set port"
      })
  void whatIsNotUnderstoodIsSaidInALine(String line) {
    Console.Ran ran = Console.run(line.split(" "));

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(ran.err()).startsWith("onceonly: ").contains("; see 'onceonly").contains(" --help'");
  }

  @ParameterizedTest
  @CsvSource({
    "plans show --set colour=blue, unknown setting colour",
    "serve --set colour=blue, unknown setting colour",
    "serve --set=colour=blue, unknown setting colour",
    "keys list --set prot=1, unknown setting prot",
    "plans show --set plan_free_make=few, setting plan_free_make takes a whole number",
    "serve --port 65536, setting port takes a whole number from 0 to 65535",
    "serve --port=http, setting port takes a whole number",
    "serve --config /nowhere/at/all, the settings file /nowhere/at/all can't be read"
  })
  void aSettingThatCannotBeUsedIsNamed(String line, String why) {
    Console.Ran ran = Console.run(line.split(" "));

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("onceonly: " + why);
    assertThat(ran.err().lines()).hasSize(1);
  }

  @Test
  void aFileOfSettingsIsOverriddenByTheCommandLine(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("onceonly.conf");
    Files.writeString(file, "plan_free_make = 7\nplan_free_ai = 8\n");

    Console.Ran ran =
        Console.run("plans", "show", "--config", file.toString(), "--set", "plan_free_make=9");

    assertThat(ran.out().lines().filter(line -> line.startsWith("free")).findFirst().orElseThrow())
        .matches("free +9 +8 .*");
  }

  @ParameterizedTest
  @CsvSource({
    "serve --port 1, port, 1",
    "serve --host h --data d, data, d",
    "serve --dev, dev, true",
    "serve --accept-clock --dev, accept_clock, true",
    "serve --set port=1 --port 2, port, 2",
    "serve --port 2 --set port=1, port, 2",
    "serve --port 1 --port 2, port, 2",
    "serve --set batch_max_steps=1 --set batch_max_steps=2, batch_max_steps, 2",
    "serve --set host=a=b, host, a=b"
  })
  void plainFormsOfServeAreReadWithoutTheLibrary(String line, String name, String value) {
    Given given = Objects.requireNonNull(ServeArguments.collect(line.split(" ")));

    assertThat(given.value(name)).isEqualTo(value);
  }

  @Test
  void otherFormsAreLeftToTheLibrary() {
    for (String line :
        List.of(
            "keys list",
            "serve --help",
            "serve --port=1",
            "serve --port",
            "serve --set port",
            "serve --data --dev",
            "serve more")) {
      assertThat(ServeArguments.collect(line.split(" "))).isNull();
    }
  }
}
