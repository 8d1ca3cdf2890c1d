package dev.onceonly.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/// Measures what a server holds on to while as much is made as is forgotten: memory, descriptors,
/// threads, the database. What rises over the second half of the time leaks, if what was made has
/// really gone; the agents that were ever seen are remembered for days, and with them their days'
/// figures.
final class Holdings {
  private static final int CONNECTIONS = 32;
  private static final Duration DRAIN_MAX = Duration.ofSeconds(30);

  private final Path folder;
  private final Duration length;
  private final double perSecond;
  private final Consumer<String> progress;

  Holdings(Path folder, Duration length, double perSecond, Consumer<String> progress) {
    this.folder = folder;
    this.length = length;
    this.perSecond = perSecond;
    this.progress = progress;
  }

  /// What was seen.
  record Figures(List<HoldingsSampler.Sample> samples, Measured load) {
    Faults faults() {
      return load.faults();
    }

    List<Series> series() {
      return List.of(
          series("resident", "MB", sample -> sample.residentBytes() / 1e6),
          series("heap after a collection", "MB", sample -> sample.heapBytes() / 1e6),
          series("descriptors", "", HoldingsSampler.Sample::descriptors),
          series("threads", "", HoldingsSampler.Sample::threads),
          series("database and log", "MB", sample -> sample.databaseBytes() / 1e6));
    }

    private Series series(
        String name, String unit, ToDoubleFunction<HoldingsSampler.Sample> figure) {
      return new Series(
          name,
          unit,
          samples.stream().map(HoldingsSampler.Sample::seconds).toList(),
          samples.stream().map(figure::applyAsDouble).toList());
    }

    String markdown() {
      Table table = new Table(List.of("figure", "at most", "at the end", "change in %", "flat"));
      for (Series series : series()) {
        table.add(
            List.of(
                series.name(),
                "%,.0f %s".formatted(series.max(), series.unit()).strip(),
                "%,.0f %s".formatted(series.values().getLast(), series.unit()).strip(),
                "%+.1f".formatted(series.changePercent()),
                series.isFlat() ? "yes" : "NO"));
      }
      String wrong =
          faults().any()
              ? "\nFAILED: %,d wrong or missing answers, first: %s\n"
                  .formatted(faults().count(), faults().first())
              : "";
      return "## What a server holds while as much is made as is forgotten\n\n"
          + table.markdown()
          + "\nThe change is that of the line through the second half; flat is within %.0f %%. %,d requests, p99 %.1f ms.\n"
              .formatted(Series.FLAT_PERCENT, load.flow().requests(), load.latency().p99Us() / 1e3)
          + wrong;
    }

    String csv() {
      StringBuilder text =
          new StringBuilder(
              "seconds,resident_bytes,heap_bytes,descriptors,threads,database_bytes\n");
      for (HoldingsSampler.Sample sample : samples) {
        text.append(
            "%.0f,%d,%d,%d,%d,%d%n"
                .formatted(
                    sample.seconds(),
                    sample.residentBytes(),
                    sample.heapBytes(),
                    sample.descriptors(),
                    sample.threads(),
                    sample.databaseBytes()));
      }
      return text.toString();
    }

    String svg() {
      return Series.svg(series());
    }
  }

  Figures measure(Target target) throws IOException, InterruptedException {
    // Only with `dev` may a tool listen on this machine.
    Target open = target.with("ONCEONLY_DEV", "true").with("ONCEONLY_DEFAULT_PLAN", "unlimited");
    try (ScratchFolder scratch = ScratchFolder.in(folder);
        EchoTool tool = EchoTool.start();
        ServerProcess server = ServerProcess.start(open, scratch.path())) {
      Subject subject = server.awaitReady();
      Turnover turnover = new Turnover(tool.url(), new SplittableRandom());
      turnover.prepare(subject.endpoint());
      Timing timing = new Timing(Duration.ZERO, length, DRAIN_MAX);
      List<HoldingsSampler.Sample> samples = new ArrayList<>();
      Measured load;
      try (HoldingsSampler _ =
          HoldingsSampler.start(subject, scratch.path().resolve("data"), length, samples::add)) {
        load = OpenLoop.run(subject, turnover, CONNECTIONS, perSecond, timing);
      }
      progress.accept(samples.size() + " samples");
      return new Figures(samples, load);
    }
  }
}
