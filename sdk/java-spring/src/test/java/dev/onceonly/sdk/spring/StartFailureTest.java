package dev.onceonly.sdk.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// What somebody reads whose application starts, or does not.
@ExtendWith(OutputCaptureExtension.class)
final class StartFailureTest {
  private static final String KEY = "once_live_never-printed-0123456789";

  @Test
  void missingApiKeyIsSaidInAFewLines(CapturedOutput output) {
    assertThatThrownBy(() -> ShortApplication.main(new String[0]))
        .hasRootCauseInstanceOf(OnceOnlyPropertyException.class);

    assertThat(output)
        .contains(
            "The OnceOnly client can't be made: onceonly.api-key is not set.",
            "Set onceonly.api-key (the environment variable ONCEONLY_API_KEY does too)")
        .doesNotContain("at org.springframework");
  }

  @Test
  void wrongPropertyIsSaidByItsNameAndTheKeyIsNot(CapturedOutput output) {
    String[] arguments = {"--onceonly.api-key=" + KEY, "--onceonly.timeout=0s"};
    assertThatThrownBy(() -> ShortApplication.main(arguments))
        .hasRootCauseInstanceOf(OnceOnlyPropertyException.class);

    assertThat(output)
        .contains(
            "The OnceOnly client can't be made: onceonly.timeout must be a duration above 0",
            "Change onceonly.timeout, or remove it to get its default.")
        .doesNotContain(KEY, "at org.springframework");
  }

  /// In a process of its own, whose class path is what an application without the actuator has.
  @Test
  void applicationWithoutTheActuatorStartsAndWritesNoKeyEvenWhenItSaysEverything()
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPathWithoutTheActuator(),
            ShortApplication.class.getName(),
            "--onceonly.api-key=" + KEY,
            "--onceonly.base-url=http://127.0.0.1:9",
            "--debug",
            "--logging.level.root=debug");
    builder.environment().keySet().removeIf(name -> name.startsWith("ONCEONLY_"));
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("Started ", "OnceOnlyAutoConfiguration").doesNotContain(KEY);
  }

  private static String classPathWithoutTheActuator() {
    // Surefire's own jar stands for the class path in the usual property.
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> names = List.of("spring-boot-health", "spring-boot-actuator");
    return Arrays.stream(all.split(File.pathSeparator))
        .filter(entry -> names.stream().noneMatch(entry::contains))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
