package dev.onceonly.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class RoundsTest {
  private static final Timing SHORT =
      new Timing(Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofSeconds(5));

  @TempDir private Path folder;

  @Test
  void serversAreStartedMeasuredComparedAndStopped() throws IOException, InterruptedException {
    List<Target> targets = List.of(fake("A").withLiveKeys(2000), fake("B"));
    Plan plan = new Plan(2, SHORT, List.of(4), List.of(WorkloadKind.NEW), 0, folder);
    List<String> progress = new ArrayList<>();

    Results results = new Rounds(plan, progress::add).run(targets);

    assertThat(results.failures()).isEmpty();
    assertThat(results.cells())
        .containsExactly(new Cell(WorkloadKind.NEW, 4, false), new Cell(WorkloadKind.NEW, 4, true));
    for (Cell cell : results.cells()) {
      assertThat(results.of(targets.get(1), cell)).hasSize(2);
      assertThat(results.ratios(targets.get(1), targets.get(0), cell)).hasSize(2);
      assertThat(results.ratios(targets.get(0), targets.get(0), cell)).containsExactly(1.0, 1.0);
    }
    assertThat(progress).hasSize(8);
    String report = new Report(results, targets).markdown(Conditions.ofMachine(folder));
    assertThat(report).contains("- commit: ", "A, 2,000 live", "| new ").doesNotContain("FAILED");
    String comparison = new Report(results, targets).comparison();
    assertThat(comparison).contains("Against A, 2,000 live", "| new ").containsOnlyOnce(" B |");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void serverThatDoesNotStartIsReportedAndTheOthersGoOn() throws IOException, InterruptedException {
    Target broken = Target.of("broken", List.of(java(), "-cp", "none", "no.such.Server"));
    List<Target> targets = List.of(broken, fake("B"));
    Plan plan = new Plan(1, SHORT, List.of(2), List.of(WorkloadKind.HOT), 500, folder);

    Results results = new Rounds(plan, line -> {}).run(targets);

    assertThat(results.failures()).hasSize(1).first().asString().contains("no.such.Server");
    String report = new Report(results, targets).markdown(Conditions.ofMachine(folder));
    assertThat(report).contains("## FAILED");
    assertThat(results.of(targets.get(1), new Cell(WorkloadKind.HOT, 2, true))).hasSize(1);
  }

  @Test
  void startIsMeasuredOnAnEmptyFolderAndAfterAKill() throws IOException, InterruptedException {
    Startup.Starts starts = new Startup(folder, 1, SHORT, line -> {}).measure(fake("B"));

    assertThat(starts.onEmpty()).hasSize(1);
    assertThat(starts.onEmpty().getFirst().millis()).isBetween(20.0, 60_000.0);
    assertThat(starts.onEmpty().getFirst().loadedBytes()).isPositive();
    assertThat(starts.afterKill()).hasSize(1);
    assertThat(Startup.markdown(List.of(starts))).contains("after kill -9");
  }

  static Target fake(String name) {
    String classpath = System.getProperty("java.class.path");
    return Target.of(name, List.of(java(), "-cp", classpath, FakeServer.class.getName()));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
