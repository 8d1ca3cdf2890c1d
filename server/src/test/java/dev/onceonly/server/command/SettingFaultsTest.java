package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Settings that can't be used are said in a line with the setting, its value and where it was
/// given, exit status 1, and nothing is made.
class SettingFaultsTest {
  @TempDir private Path folder;

  @AfterEach
  void logAsBefore() throws IOException {
    LogManager.getLogManager().readConfiguration();
  }

  @ParameterizedTest
  @CsvSource({
    "policy_default_deny_namespaces, NotThere!!",
    "policy_default_deny_namespaces, 'a, b c'",
    "policy_default_allow_namespaces, Default",
    "policy_default_allow_namespaces, ','",
    "tools_allowed_hosts, ','",
    "tools_allowed_hosts, https://tools.example.org",
    "tools_allowed_hosts, tools.example.org:443",
    "tools_allowed_hosts, tools.*.org",
    "default_plan, gold",
    "api_key, too-short",
    "api_key_file, /nowhere/at/all"
  })
  void aValueThatWouldFailOpenOrLateIsRefusedByEveryCommand(String name, String value) {
    Console.Ran ran = Console.run("plans", "show", "--set", name + "=" + value);

    assertOneLine(ran, "setting " + name + " takes ", "(command line)");
  }

  @Test
  void aNamespaceIsInOneListOnly() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("onceonly.conf"), "policy_default_allow_namespaces = a,b\n");

    Console.Ran ran =
        Console.run(
            "plans",
            "show",
            "--config",
            file.toString(),
            "--set",
            "policy_default_deny_namespaces=b,c");

    assertOneLine(
        ran,
        "settings policy_default_allow_namespaces and policy_default_deny_namespaces both name b",
        "(command line, file " + file + ":1)");
  }

  @ParameterizedTest
  @CsvSource({
    "no-such-host.invalid, can't be resolved",
    "203.0.113.7, is no address of this machine"
  })
  void anAddressThatIsNotOursIsNamed(String host, String why) {
    Console.Ran ran = serve("host=" + host);

    assertOneLine(ran, "setting host " + why + ", was '" + host + "' (command line)", "");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void aFileWhereAFolderShouldBeIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");

    assertOneLine(
        serve("data=" + file),
        "setting data names a file, not a folder, was '" + file + "' (command line)",
        "");
    Console.Ran operators = Console.on(file, "keys", "list");
    assertThat(operators.exitCode()).isEqualTo(1);
    assertThat(operators.err().lines()).hasSize(1);
    assertThat(operators.err()).startsWith("onceonly: ").contains(file.toString());
    Path below = file.resolve("deep/data");
    assertOneLine(
        serve("data=" + below),
        "setting data can't be made: " + file + " is a file, was '" + below + "' (command line)",
        "");
  }

  @Test
  void aPathThatHasNoRoomForTheOperatorsSocketIsRefusedBeforeAnythingIsMade() {
    String start = folder + "/";
    String socket = "/admin.sock";
    String longest = start + "d".repeat(106 - start.length() - socket.length());

    assertOneLine(
        serve("data=" + longest + "d"),
        "setting data is too long a path: with admin.sock in it, it may have 106 bytes, was '"
            + longest
            + "d' (command line)",
        "");
    assertThat(Path.of(longest + "d")).doesNotExist();
    // One shorter gets past that, to the next mistake.
    assertThat(serve("data=" + longest, "host=no-such-host.invalid").err()).contains("host");
  }

  @Test
  void aFileThatCannotBeReadIsNamed() throws IOException {
    Path missing = folder.resolve("missing");
    Files.writeString(folder.resolve("templates"), "[]");
    Files.createDirectory(folder.resolve("folder"));
    for (String given :
        List.of(
            "policy_templates_file=" + missing,
            "policy_templates_file=" + folder,
            "policy_templates_file=" + folder.resolve("templates"),
            "secrets_key_file=" + folder.resolve("folder"),
            "secrets_key_file=" + missing.resolve("secrets.key"),
            "smtp_ca_file=" + missing,
            "smtp_ca_file=" + folder.resolve("templates"))) {
      List<String> settings = new ArrayList<>(List.of(given));
      settings.addAll(List.of("smtp_host=127.0.0.1", "smtp_from=a@example.org"));

      Console.Ran ran = serve(settings.toArray(String[]::new));

      assertOneLine(
          ran,
          "setting " + given.split("=", 2)[0] + " ",
          ", was '" + given.split("=", 2)[1] + "' (command line)");
      assertThat(folder.resolve("data")).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "policy_templates_file",
        "secrets_key_file",
        "smtp_ca_file",
        "tls_certificate",
        "api_key_file"
      })
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeIsNoFile(String name) throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    Console.Ran ran =
        name.equals("tls_certificate")
            ? serve(name + "=" + pipe, "tls_key=" + folder.resolve("missing"))
            : serve(name + "=" + pipe, "smtp_host=127.0.0.1", "smtp_from=a@example.org");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("setting " + name + " ", "no regular file", pipe.toString());
    assertThat(folder.resolve("data")).doesNotExist();
  }

  private Console.Ran serve(String... settings) {
    List<String> words = new ArrayList<>(List.of("serve", "--port", "0"));
    if (List.of(settings).stream().noneMatch(one -> one.startsWith("data="))) {
      words.addAll(List.of("--data", folder.resolve("data").toString()));
    }
    for (String one : settings) {
      words.addAll(List.of("--set", one));
    }
    return Console.run(words.toArray(String[]::new));
  }

  private static void assertOneLine(Console.Ran ran, String start, String end) {
    assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    // A library that only tests have tells once in a process that it logs nowhere.
    List<String> said = ran.err().lines().filter(line -> !line.startsWith("SLF4J: ")).toList();
    assertThat(said).singleElement().asString().startsWith("onceonly: " + start).endsWith(end);
  }
}
