package dev.onceonly.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Measures every target in every round, in an order shuffled anew, each time a new process on a
/// fresh folder: what the machine does meanwhile then hits all of them alike, and ratios are taken
/// within a round.
final class Rounds {
  private final Plan plan;
  private final Consumer<String> progress;
  private final Results results = new Results();
  private final SplittableRandom random = new SplittableRandom();
  private final Random order = new Random();

  Rounds(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /// Runs all rounds. A target that breaks in one round is noted as failed; the others go on.
  Results run(List<Target> targets) throws IOException, InterruptedException {
    for (int round = 1; round <= plan.rounds(); round++) {
      results.addFlushUs(FlushTime.medianMicros(plan.folder()));
      List<Target> shuffled = new ArrayList<>(targets);
      Collections.shuffle(shuffled, order);
      for (Target target : shuffled) {
        try {
          measure(round, target);
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
          results.addFailure(round, target, String.valueOf(e.getMessage()));
          progress.accept("failed: " + e.getMessage());
        }
      }
    }
    return results;
  }

  private void measure(int round, Target target) throws IOException, InterruptedException {
    try (ScratchFolder folder = ScratchFolder.in(plan.folder());
        ServerProcess server = ServerProcess.start(target, folder.path())) {
      Subject subject = server.awaitReady();
      LiveKeys.load(subject.endpoint(), target.liveKeys(), random.split());
      for (WorkloadKind kind : plan.workloads()) {
        measure(round, target, subject, kind);
      }
    }
  }

  private void measure(int round, Target target, Subject subject, WorkloadKind kind)
      throws IOException, InterruptedException {
    kind.create(random.split()).prepare(subject.endpoint());
    warmUp(subject, kind);
    double peak = 0;
    for (int connections : plan.connections()) {
      Workload workload = kind.create(random.split());
      Measured closed = ClosedLoop.run(subject, workload, connections, plan.timing());
      add(new Results.Run(round, target, new Cell(kind, connections, false), closed));
      peak = Math.max(peak, closed.flow().perSecond());
    }
    double rate = plan.ratePerSecond() > 0 ? plan.ratePerSecond() : Math.max(peak / 2, 1);
    int connections = plan.connectionsMax();
    Workload workload = kind.create(random.split());
    Measured open = OpenLoop.run(subject, workload, connections, rate, plan.timing());
    add(new Results.Run(round, target, new Cell(kind, connections, true), open));
  }

  /// A young process compiles its code on the way: the first cell must not pay for the others.
  private void warmUp(Subject subject, WorkloadKind kind) throws IOException {
    Timing timing = plan.timing();
    Duration length = timing.warmup().plusMillis(1);
    Timing unmeasured = new Timing(Duration.ZERO, length, timing.drainMax());
    Workload workload = kind.create(random.split());
    Faults faults = ClosedLoop.run(subject, workload, plan.connectionsMax(), unmeasured).faults();
    if (faults.any()) {
      throw new IOException("while warming up: " + faults.first());
    }
  }

  private void add(Results.Run run) {
    results.add(run);
    Measured measured = run.measured();
    progress.accept(
        "round %d  %-12s %-8s %3d connections, %s: %,.0f/s, p99 %.2f ms%s"
            .formatted(
                run.round(),
                run.target().name(),
                run.cell().workload().word(),
                run.cell().connections(),
                run.cell().openLoop() ? "open" : "closed",
                measured.flow().perSecond(),
                measured.latency().p99Us() / 1e3,
                measured.faults().any() ? "  FAILED: " + measured.faults().first() : ""));
  }
}
