package dev.onceonly.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/// Measures what governance costs a call that is dispatched, against calling the same tool
/// directly, and how fast keyed runs are. The tool is in the driver's own process.
final class Governance {
  /// Keyed runs of one measurement.
  static final int RUNS = 1_000;

  private final Plan plan;
  private final int runs;
  private final Consumer<String> progress;
  private final SplittableRandom random = new SplittableRandom();

  /// One round over one server.
  record Round(int connections, Measured direct, Measured governed) {
    double addedUs(ToDoubleFunction<Latency> percentile) {
      return percentile.applyAsDouble(governed.latency())
          - percentile.applyAsDouble(direct.latency());
    }
  }

  /// A target's rounds, in order.
  record Figures(Target target, List<Round> rounds, List<KeyedRuns.Outcome> runs) {}

  Governance(Plan plan, int runs, Consumer<String> progress) {
    this.plan = plan;
    this.runs = runs;
    this.progress = progress;
  }

  /// Measures one target in all rounds, each on a new process and folder.
  ///
  /// @throws IOException if one answer is wrong
  Figures measure(Target target) throws IOException, InterruptedException {
    // Only with `dev` may a tool listen on this machine.
    Target open = target.with("ONCEONLY_DEV", "true");
    Figures figures = new Figures(target, new ArrayList<>(), new ArrayList<>());
    for (int round = 1; round <= plan.rounds(); round++) {
      try (ScratchFolder folder = ScratchFolder.in(plan.folder());
          EchoTool tool = EchoTool.start();
          ServerProcess server = ServerProcess.start(open, folder.path())) {
        measure(server.awaitReady(), tool, figures);
      }
      progress.accept("round " + round + ", " + target.name() + ": done");
    }
    return figures;
  }

  private void measure(Subject subject, EchoTool tool, Figures figures)
      throws IOException, InterruptedException {
    Workload first = GovernedCalls.dispatched(tool.url(), random.split());
    first.prepare(subject.endpoint());
    right(ClosedLoop.run(subject, first, plan.connectionsMax(), plan.timing()));
    Subject direct = new Subject(tool.endpoint(), ProcessStats.self());
    for (int connections : plan.connections()) {
      Workload calls = new DirectCalls(random.split());
      Measured without = right(ClosedLoop.run(direct, calls, connections, plan.timing()));
      Workload governed = GovernedCalls.dispatched(tool.url(), random.split());
      Measured with = right(ClosedLoop.run(subject, governed, connections, plan.timing()));
      figures.rounds.add(new Round(connections, without, with));
    }
    figures.runs.add(KeyedRuns.measure(subject.endpoint(), tool, runs, random.split()));
  }

  private static Measured right(Measured measured) throws IOException {
    if (measured.faults().any()) {
      throw new IOException("wrong answers, first: " + measured.faults().first());
    }
    return measured;
  }

  static String markdown(List<Figures> all) {
    Table dispatch =
        new Table(
            List.of(
                "server",
                "connections",
                "direct p50 ms",
                "direct p99 ms",
                "governed p50 ms",
                "governed p99 ms",
                "added p50 ms",
                "added p99 ms",
                "governed/s"));
    Table keyed =
        new Table(
            List.of(
                "server",
                "runs",
                "runs/s",
                "first action p50 ms",
                "first action p99 ms",
                "first action max ms"));
    for (Figures figures : all) {
      figures.rounds.stream()
          .mapToInt(Round::connections)
          .distinct()
          .forEach(connections -> dispatch.add(dispatchRow(figures, connections)));
      keyed.add(runsRow(figures));
    }
    return "## Governed calls of a local tool, against calling it directly\n\n"
        + dispatch.markdown()
        + "\n## Keyed runs of "
        + KeyedRuns.ACTIONS
        + " actions, from the request to the tool's first call\n\n"
        + keyed.markdown();
  }

  private static List<String> dispatchRow(Figures figures, int connections) {
    List<Round> rounds =
        figures.rounds.stream().filter(round -> round.connections == connections).toList();
    return List.of(
        figures.target.name(),
        Integer.toString(connections),
        millis(rounds, round -> round.direct.latency().p50Us()),
        millis(rounds, round -> round.direct.latency().p99Us()),
        millis(rounds, round -> round.governed.latency().p50Us()),
        millis(rounds, round -> round.governed.latency().p99Us()),
        millis(rounds, round -> round.addedUs(Latency::p50Us)),
        millis(rounds, round -> round.addedUs(Latency::p99Us)),
        Spread.of(rounds, round -> round.governed.flow().perSecond()).text("%,.0f"));
  }

  private static List<String> runsRow(Figures figures) {
    return List.of(
        figures.target.name(),
        Integer.toString(figures.runs.getFirst().runs()),
        Spread.of(figures.runs, KeyedRuns.Outcome::perSecond).text("%,.0f"),
        millis(figures.runs, run -> run.firstAction().p50Us()),
        millis(figures.runs, run -> run.firstAction().p99Us()),
        millis(figures.runs, run -> run.firstAction().maxUs()));
  }

  private static <T> String millis(List<T> items, ToDoubleFunction<T> micros) {
    return Spread.of(items, item -> micros.applyAsDouble(item) / 1e3).text("%.2f");
  }
}
