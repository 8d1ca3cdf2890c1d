package dev.onceonly.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFilesTest {
  @Test
  void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile(@TempDir Path folder)
      throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("onceonly.conf"),
            """
            # all three
            host = file
            port = 1
            default_plan: free
            """);

    Map<String, String> given =
        SettingsFiles.collect(
            Map.of("host", "command line"),
            Map.of("ONCEONLY_HOST", "environment", "ONCEONLY_PORT", "2", "PORT", "3"),
            file);

    assertThat(given)
        .isEqualTo(Map.of("host", "command line", "port", "2", "default_plan", "free"));
  }

  @Test
  void theEnvironmentMayNameTheFileAndTheCommandLineAnother(@TempDir Path folder)
      throws IOException {
    Path named = Files.writeString(folder.resolve("named"), "port = 1\n");
    Path other = Files.writeString(folder.resolve("other"), "port = 2\n");
    Map<String, String> environment = Map.of("ONCEONLY_CONFIG", named.toString());

    assertThat(SettingsFiles.collect(Map.of(), environment, null)).isEqualTo(Map.of("port", "1"));
    assertThat(SettingsFiles.collect(Map.of(), environment, other)).isEqualTo(Map.of("port", "2"));
    assertThat(SettingsFiles.collect(Map.of(), Map.of(), null)).isEmpty();
  }

  @Test
  void variablesOfTheLauncherAreNoSettings() {
    assertThat(
            SettingsFiles.collect(
                Map.of(), Map.of("ONCEONLY_JAVA_OPTS", "-Xmx1g", "ONCEONLY", "x"), null))
        .isEmpty();
  }

  @Test
  void aMisspeltVariableIsAnError() {
    Map<String, String> given =
        SettingsFiles.collect(Map.of(), Map.of("ONCEONLY_PROT", "8080"), null);

    assertThatThrownBy(() -> Settings.of(given))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("unknown setting prot;");
  }

  @Test
  void aFileThatCannotBeReadIsAnError(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("missing");
    Path broken = Files.writeString(folder.resolve("broken"), "host = \\u12\n");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});

    for (Path file : new Path[] {missing, broken, binary, folder}) {
      assertThatThrownBy(() -> SettingsFiles.collect(Map.of(), Map.of(), file))
          .isInstanceOf(SettingsException.class)
          .hasMessageStartingWith("the settings file " + file + " can't be read: ");
    }
  }
}
