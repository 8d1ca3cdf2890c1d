package dev.onceonly.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {
  @TempDir private Path folder;

  @Test
  void spreadHasTheMedianBetweenItsEnds() {
    assertThat(Spread.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 3));
    assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Spread(2.5, 1, 4));
    assertThat(Spread.of(List.of(0.5)).text("%.2f")).isEqualTo("0.50 (0.50..0.50)");
    assertThat(Spread.of(List.of()).text("%.2f")).isEqualTo("–");
  }

  @Test
  void tableIsMarkdownWithPaddedColumns() {
    Table table = new Table(List.of("name", "n"));
    table.add(List.of("a", "1,000"));
    assertThat(table.markdown())
        .isEqualTo(
            """
            | name |     n |
            |------|------:|
            | a    | 1,000 |
            """);
  }

  @Test
  void keysAreFreshAndNeedNoEscape() {
    RandomKeys keys = new RandomKeys(new SplittableRandom());
    Set<String> seen = new HashSet<>();
    byte[] key = new byte[RandomKeys.LENGTH];
    for (int i = 0; i < 10_000; i++) {
      keys.write(key, 0);
      assertThat(seen.add(new String(key, java.nio.charset.StandardCharsets.US_ASCII))).isTrue();
    }
    assertThat(seen).allMatch(text -> text.matches("[A-Za-z0-9_-]{100}"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void ownProcessHasUsedCpuTimeAndMemory() throws IOException {
    ProcessStats self = ProcessStats.self();
    assertThat(self.cpuMicros()).isGreaterThan(10_000);
    assertThat(self.residentBytes()).isGreaterThan(10_000_000);
  }

  @Test
  void flushTakesTimeAndLeavesNothingBehind() throws IOException {
    assertThat(FlushTime.medianMicros(folder)).isPositive();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void endpointDoesNotShowItsKey() {
    assertThat(new Endpoint("h", 1, "once_live_secret")).hasToString("h:1");
  }
}
