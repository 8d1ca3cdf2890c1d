package dev.onceonly.sdk.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What somebody reads whose application does not start, in a process of its own so that its output
/// is whole.
final class StartFailureTest {
  @Test
  void missingApiKeyIsSaidInAFewLines() throws Exception {
    assertThat(start())
        .contains(
            "The OnceOnly client can't be made: onceonly.api-key is not set.",
            "Set onceonly.api-key (the environment variable ONCEONLY_API_KEY does too)")
        .doesNotContain("at org.springframework");
  }

  @Test
  void wrongPropertyIsSaidByItsNameAndTheKeyIsNot() throws Exception {
    assertThat(start("--onceonly.api-key=once_live_never-printed", "--onceonly.timeout=0s"))
        .contains(
            "The OnceOnly client can't be made: onceonly.timeout must be longer than nothing",
            "Change onceonly.timeout, or remove it to get its default.")
        .doesNotContain("once_live_never-printed", "at org.springframework");
  }

  @Test
  void startedApplicationWritesNoKeyEvenWhenItSaysEverything() throws Exception {
    assertThat(
            start(
                "--onceonly.api-key=once_live_never-printed",
                "--onceonly.base-url=http://127.0.0.1:9",
                "--debug",
                "--logging.level.root=debug"))
        .contains("Started ")
        .doesNotContain("once_live_never-printed");
  }

  // Surefire's own jar stands for it in the usual property.
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static String start(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder();
    builder
        .command()
        .addAll(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(),
                ShortApplication.class.getName()));
    builder.command().addAll(List.of(arguments));
    builder.environment().keySet().removeIf(name -> name.startsWith("ONCEONLY_"));
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output;
  }
}
