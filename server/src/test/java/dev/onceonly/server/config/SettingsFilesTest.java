package dev.onceonly.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFilesTest {
  @TempDir private Path folder;

  @Test
  void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() throws IOException {
    Path file =
        file(
            """
            # all three
            host = file
            port = 1
              default_plan=free
            """);

    Given given =
        SettingsFiles.collect(
            Map.of("host", "command line"),
            Map.of("ONCEONLY_HOST", "environment", "ONCEONLY_PORT", "2", "PORT", "3"),
            file);

    assertThat(values(given))
        .isEqualTo(Map.of("host", "command line", "port", "2", "default_plan", "free"));
    assertThat(Settings.of(given).changed())
        .containsExactly(
            new Setting("default_plan", "free", "agency", "file " + file + ":4"),
            new Setting("host", "command line", "127.0.0.1", "command line"),
            new Setting("port", "2", "8080", "environment variable ONCEONLY_PORT"));
  }

  @Test
  void anEmptyValueTakesNothingFromTheOthers() throws IOException {
    Path file = file("port = 1\nhost = file\ndefault_plan =\n");

    Given given =
        SettingsFiles.collect(
            Map.of("host", " "), Map.of("ONCEONLY_PORT", "", "ONCEONLY_HOST", ""), file);

    assertThat(values(given)).isEqualTo(Map.of("port", "1", "host", "file", "default_plan", ""));
    assertThat(Settings.of(given).behaviour().defaultPlan()).isEqualTo("agency");
    assertThatThrownBy(
            () -> Settings.of(SettingsFiles.collect(Map.of(), Map.of("ONCEONLY_PROT", ""), file)))
        .hasMessageStartingWith("unknown setting prot (environment variable ONCEONLY_PROT);");
  }

  @Test
  void aValueIsWhatStandsThere() throws IOException {
    Path file =
        file(
            String.join(
                "\r\n",
                "\uFEFF# a mark of the byte order before it",
                "host = C:\\new\\u0041=x # no comment",
                "\t ",
                "smtp_password=\"a:b\"\\",
                "smtp_user = é!",
                "#port = 1"));

    assertThat(values(SettingsFiles.collect(Map.of(), Map.of(), file)))
        .isEqualTo(
            Map.of(
                "host", "C:\\new\\u0041=x # no comment",
                "smtp_password", "\"a:b\"\\",
                "smtp_user", "é!"));
  }

  @Test
  void aNameThatStandsTwiceIsRefusedWithBothLines() throws IOException {
    Path file = file("port = 1\nhost = a\n\nport = 1\n");

    assertThatThrownBy(() -> SettingsFiles.collect(Map.of(), Map.of(), file))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "setting port stands twice in the settings file " + file + ": in lines 1 and 4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"default_plan: free", "port 8080", "[section]", "= 1", "! comment"})
  void aLineOfAnotherFormIsRefusedWithItsNumber(String line) throws IOException {
    Path file = file("host = a\n" + line + "\n");

    assertThatThrownBy(() -> SettingsFiles.collect(Map.of(), Map.of(), file))
        .isInstanceOf(SettingsException.class)
        .hasMessage("line 2 of the settings file " + file + " is not of the form name = value");
  }

  @Test
  void whatCannotBeUsedIsNamedWithItsSource() throws IOException {
    Path file = file("# mine\nport = 65536\nprot = 1\n");
    Map<String, String> environment = Map.of("ONCEONLY_WAITERS_MAX", "0");

    assertThatThrownBy(
            () -> Settings.of(SettingsFiles.collect(Map.of("dev", "maybe"), environment, file)))
        .isInstanceOfSatisfying(
            SettingsException.class,
            e -> {
              assertThat(e.problems())
                  .startsWith(
                      "setting dev takes true or false, was 'maybe' (command line)",
                      "setting port takes a whole number from 0 to 65535, was '65536' (file "
                          + file
                          + ":2)",
                      "setting waiters_max takes a whole number from 1 to 1000000, was '0'"
                          + " (environment variable ONCEONLY_WAITERS_MAX)")
                  .hasSize(4);
              assertThat(e.problems().getLast())
                  .startsWith("unknown setting prot (file " + file + ":3);");
              assertThat(e)
                  .hasMessage(
                      "setting dev takes true or false, was 'maybe' (command line); and 3 more, see"
                          + " 'onceonly config check'");
            });
  }

  @Test
  void theEnvironmentMayNameTheFileAndTheCommandLineAnother() throws IOException {
    Path named = Files.writeString(folder.resolve("named"), "port = 1\n");
    Path other = Files.writeString(folder.resolve("other"), "port = 2\n");
    Map<String, String> environment = Map.of("ONCEONLY_CONFIG", named.toString());

    assertThat(values(SettingsFiles.collect(Map.of(), environment, null)))
        .isEqualTo(Map.of("port", "1"));
    assertThat(values(SettingsFiles.collect(Map.of(), environment, other)))
        .isEqualTo(Map.of("port", "2"));
    assertThat(values(SettingsFiles.collect(Map.of(), Map.of("ONCEONLY_CONFIG", ""), null)))
        .isEmpty();
  }

  @Test
  void variablesOfTheLauncherAndOfClientsAreNoSettings() {
    assertThat(
            values(
                SettingsFiles.collect(
                    Map.of(),
                    Map.of(
                        "ONCEONLY_JAVA_OPTS",
                        "-Xmx1g",
                        "ONCEONLY",
                        "x",
                        "ONCEONLY_URL",
                        "http://localhost:8080",
                        "ONCEONLY_BASE_URL",
                        "http://localhost:8080"),
                    null)))
        .isEmpty();
  }

  @Test
  void everyVariableThatOurOwnFilesUseBreaksNoCommand() throws IOException {
    Set<String> used = new TreeSet<>();
    for (String part : List.of("examples", "sdk", "spec", "bench", "README.md", "docs/guide.md")) {
      try (Stream<Path> files = Files.walk(Path.of("..", part))) {
        for (Path file : files.filter(SettingsFilesTest::isOurs).toList()) {
          Matcher name =
              Pattern.compile("\\bONCEONLY_[A-Z_]*[A-Z]\\b").matcher(Files.readString(file));
          name.results().forEach(found -> used.add(found.group()));
        }
      }
    }

    assertThat(used).contains("ONCEONLY_URL", "ONCEONLY_API_KEY", "ONCEONLY_COMMAND");
    Map<String, String> environment = new HashMap<>();
    used.forEach(name -> environment.put(name, ""));
    assertThat(Settings.of(SettingsFiles.collect(Map.of(), environment, null)).changed()).isEmpty();
  }

  private static boolean isOurs(Path file) {
    String path = file.toString();
    return Files.isRegularFile(file)
        && path.matches(".*\\.(py|ts|mjs|js|java|md|sh|json|toml|yaml|xml)|.*/run[a-z-]*")
        && !path.matches(".*/(node_modules|target|dist|\\.venv[^/]*|\\.tox)/.*");
  }

  @Test
  void aMisspeltVariableIsAnError() {
    for (String variable : new String[] {"ONCEONLY_PROT", "ONCEONLY_Port"}) {
      Given given = SettingsFiles.collect(Map.of(), Map.of(variable, "8080"), null);

      assertThatThrownBy(() -> Settings.of(given))
          .isInstanceOf(SettingsException.class)
          .hasMessageStartingWith("unknown setting ")
          .hasMessageContaining(" (environment variable " + variable + ");");
    }
  }

  @Test
  void aFileThatCannotBeReadIsAnError() throws IOException {
    Path missing = folder.resolve("missing");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});
    Path large = Files.writeString(folder.resolve("large"), "#".repeat((1 << 20) + 1));

    assertUnreadable(missing, "there is no such file");
    assertUnreadable(binary, "it is not in UTF-8");
    assertUnreadable(large, "it has more than 1048576 bytes");
    assertUnreadable(folder, "Is a directory");
    assertThatThrownBy(() ->
            SettingsFiles.collect(Map.of(), Map.of("ONCEONLY_CONFIG", missing.toString()), null))
        .hasMessageEndingWith(" (environment variable ONCEONLY_CONFIG)");
  }

  private static void assertUnreadable(Path file, String why) {
    assertThatThrownBy(() -> SettingsFiles.collect(Map.of(), Map.of(), file))
        .isInstanceOf(SettingsException.class)
        .hasMessage("the settings file " + file + " can't be read: " + why + " (command line)");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("onceonly.conf"), text);
  }

  private static Map<String, String> values(Given given) {
    Map<String, String> values = new TreeMap<>();
    given.byName().forEach((name, one) -> values.put(name, one.value()));
    return values;
  }
}
