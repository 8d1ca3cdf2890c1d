package dev.onceonly.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class HoldingsTest {
  private static final double PER_SECOND = 60;

  @Test
  void everythingThatIsMadeIsAnsweredRightAndSampled(@TempDir Path folder)
      throws IOException, InterruptedException {
    Holdings holdings = new Holdings(folder, Duration.ofSeconds(3), PER_SECOND, line -> {});

    Holdings.Figures figures = holdings.measure(forgetful());

    assertThat(figures.faults()).isEqualTo(new Faults(0, ""));
    assertThat(figures.samples()).hasSizeGreaterThan(2);
    assertThat(figures.samples().getLast())
        .satisfies(last -> {
          assertThat(last.residentBytes()).isGreaterThan(10_000_000);
          assertThat(last.descriptors()).isGreaterThan(10);
          assertThat(last.threads()).isGreaterThan(5);
          assertThat(last.databaseBytes()).isGreaterThan(100_000);
        });
    assertThat(figures.csv()).startsWith("seconds,").contains("\n0,");
    assertThat(figures.svg()).startsWith("<svg").contains("polyline", "resident: at most");
    assertThat(figures.markdown()).contains("| descriptors").doesNotContain("FAILED");
  }

  private static Target forgetful() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return Target.of(
        "forgetful",
        List.of(
            java,
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ForgetfulServer.class.getName()));
  }

  @Test
  void changeIsThatOfTheSecondHalf() {
    // Rises to 100 at first, then by 10 in the second half: by 9.5 % of its mean.
    Series rising = series(50, 100, 100, 110);
    assertThat(rising.changePercent()).isBetween(9.0, 10.0);
    assertThat(rising.isFlat()).isFalse();
    assertThat(series(1, 1_000, 105, 100).changePercent()).isBetween(-5.0, -4.5);
    assertThat(series(1, 1_000, 105, 100).isFlat()).isTrue();
    assertThat(series(0, 0, 0, 0).changePercent()).isZero();
  }

  private static Series series(double... values) {
    List<Double> instants =
        DoubleStream.iterate(0, at -> at + 10).limit(values.length).boxed().toList();
    return new Series("figure", "MB", instants, DoubleStream.of(values).boxed().toList());
  }
}
