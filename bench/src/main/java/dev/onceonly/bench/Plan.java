package dev.onceonly.bench;

import java.nio.file.Path;
import java.util.List;

/// What is measured. `ratePerSecond` is 0 for half of the peak that the same server has just shown;
/// servers keep their data in fresh folders below `folder`.
record Plan(
    int rounds,
    Timing timing,
    List<Integer> connections,
    List<WorkloadKind> workloads,
    double ratePerSecond,
    Path folder) {
  Plan {
    connections = List.copyOf(connections);
    workloads = List.copyOf(workloads);
    if (rounds < 1 || connections.isEmpty() || workloads.isEmpty() || ratePerSecond < 0) {
      throw new IllegalArgumentException("at least one round, connection count and workload");
    }
  }

  int connectionsMax() {
    return connections.stream().mapToInt(Integer::intValue).max().orElseThrow();
  }
}
