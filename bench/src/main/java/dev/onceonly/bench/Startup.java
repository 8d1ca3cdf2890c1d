package dev.onceonly.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Measures the time from a process's start to its first 200 on `/healthz`: on an empty folder, and
/// after kill -9 in the middle of a load, with whatever write-ahead log is there.
final class Startup {
  private static final int CONNECTIONS = 64;
  private static final long HEALTHY_MAX_NS = Duration.ofMinutes(2).toNanos();

  private final Path folder;
  private final int repetitions;
  private final Timing load;
  private final Consumer<String> progress;
  private final SplittableRandom random = new SplittableRandom();

  /// One start: `loadedBytes` is what was resident after the load, 0 where none followed.
  record Start(double millis, long residentBytes, long loadedBytes, long walBytes) {}

  /// A target's starts, in the order in which they were made.
  record Starts(Target target, List<Start> onEmpty, List<Start> afterKill) {}

  Startup(Path folder, int repetitions, Timing load, Consumer<String> progress) {
    this.folder = folder;
    this.repetitions = repetitions;
    this.load = load;
    this.progress = progress;
  }

  Starts measure(Target target) throws IOException, InterruptedException {
    List<Start> onEmpty = new ArrayList<>();
    List<Start> afterKill = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      try (ScratchFolder scratch = ScratchFolder.in(folder)) {
        onEmpty.add(start(target, scratch, true));
        afterKill.add(start(target, scratch, false));
        progress.accept(
            "%s: %.0f ms on an empty folder, %.0f ms after kill -9"
                .formatted(
                    target.name(), onEmpty.getLast().millis(), afterKill.getLast().millis()));
      }
    }
    return new Starts(target, onEmpty, afterKill);
  }

  private Start start(Target target, ScratchFolder scratch, boolean thenLoad)
      throws IOException, InterruptedException {
    long walBytes = scratch.walBytes();
    long startNs = System.nanoTime();
    try (ServerProcess server = ServerProcess.start(target, scratch.path())) {
      HealthProbe.await(server, HEALTHY_MAX_NS);
      double millis = (System.nanoTime() - startNs) / 1e6;
      long residentBytes = server.stats().residentBytes();
      long loadedBytes = 0;
      if (thenLoad) {
        load(server.awaitReady(), target);
        loadedBytes = server.stats().residentBytes();
        server.kill();
      }
      return new Start(millis, residentBytes, loadedBytes, walBytes);
    }
  }

  private void load(Subject subject, Target target) throws IOException {
    LiveKeys.load(subject.endpoint(), target.liveKeys(), random.split());
    Workload workload = new NewKeys(random.split());
    Faults faults = ClosedLoop.run(subject, workload, CONNECTIONS, load).faults();
    if (faults.any()) {
      throw new IOException("the load before the kill failed: " + faults.first());
    }
  }

  static String markdown(List<Starts> all) {
    Table table =
        new Table(
            List.of(
                "server",
                "start",
                "ms to the first 200",
                "resident MB then",
                "resident MB after the load",
                "WAL MB before"));
    for (Starts starts : all) {
      table.add(row(starts.target, "on an empty folder", starts.onEmpty));
      table.add(row(starts.target, "after kill -9", starts.afterKill));
    }
    return "## Start to the first answer\n\n" + table.markdown();
  }

  private static List<String> row(Target target, String title, List<Start> starts) {
    double loadedMb = Spread.of(starts, start -> start.loadedBytes / 1e6).median();
    return List.of(
        target.name(),
        title,
        Spread.of(starts, Start::millis).text("%.0f"),
        "%.0f".formatted(Spread.of(starts, start -> start.residentBytes / 1e6).median()),
        loadedMb > 0 ? "%.0f".formatted(loadedMb) : "–",
        "%.1f".formatted(Spread.of(starts, start -> start.walBytes / 1e6).median()));
  }
}
