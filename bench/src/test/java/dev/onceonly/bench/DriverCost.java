package dev.onceonly.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Prints what the driver itself costs, measured against a server that does next to nothing. Not a
/// test: run it by hand.
final class DriverCost {
  private DriverCost() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    Plan plan =
        new Plan(
            1,
            Timing.ofSeconds(2, 3),
            List.of(1, 16, 64, 256),
            List.of(WorkloadKind.NEW, WorkloadKind.LEASE),
            0,
            folder);
    List<Target> targets = List.of(RoundsTest.fake("fake"));
    Results results = new Rounds(plan, System.out::println).run(targets);
    System.out.println(new Report(results, targets).markdown(Conditions.ofMachine(folder)));
  }
}
