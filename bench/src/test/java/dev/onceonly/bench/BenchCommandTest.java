package dev.onceonly.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchCommandTest {
  private final StringWriter printed = new StringWriter();

  @Test
  void helpNamesTheOptionsWithTheirDefaults() {
    assertThat(execute("--help")).isZero();
    assertThat(printed.toString())
        .contains(
            "--rounds",
            "--warmup-seconds",
            "[1, 16, 64, 256]",
            "--flush-delay-us",
            "auto",
            "--governance",
            "--before",
            "--memory-minutes");
  }

  @Test
  void workloadThatDoesNotExistIsRefused() {
    assertThat(execute("--workloads=old")).isEqualTo(2);
    assertThat(printed.toString()).contains("old");
  }

  @Test
  void checkoutThatWasNotBuiltIsRefused(@TempDir Path checkout) {
    assertThat(execute("--quick", "--before=" + checkout)).isEqualTo(2);
    assertThat(printed.toString()).contains("holds no server: build that checkout first");
  }

  private int execute(String... args) {
    PrintWriter writer = new PrintWriter(printed);
    return new CommandLine(new BenchCommand()).setOut(writer).setErr(writer).execute(args);
  }
}
