package dev.onceonly.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/// All that the rounds brought. Not thread-safe.
final class Results {
  /// One measurement of one server in one round.
  record Run(int round, Target target, Cell cell, Measured measured) {}

  private final List<Run> runs = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final List<Double> flushUs = new ArrayList<>();

  void add(Run run) {
    runs.add(run);
    Faults faults = run.measured.faults();
    if (faults.any()) {
      Cell cell = run.cell;
      failures.add(
          "round %d, %s, %s over %d connections, %s loop: %,d wrong or missing answers, first: %s"
              .formatted(
                  run.round,
                  run.target.name(),
                  cell.workload().word(),
                  cell.connections(),
                  cell.openLoop() ? "open" : "closed",
                  faults.count(),
                  faults.first()));
    }
  }

  /// Notes that a server could not be measured at all.
  void addFailure(int round, Target target, String reason) {
    failures.add("round %d, %s: %s".formatted(round, target.name(), reason));
  }

  void addFlushUs(double micros) {
    flushUs.add(micros);
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  Spread flushUs() {
    return Spread.of(flushUs);
  }

  Set<Cell> cells() {
    Set<Cell> cells = new LinkedHashSet<>();
    runs.forEach(run -> cells.add(run.cell));
    return cells;
  }

  /// A target's measurements of one cell, by round.
  List<Measured> of(Target target, Cell cell) {
    return runs.stream()
        .filter(run -> run.target.equals(target) && run.cell.equals(cell))
        .map(Run::measured)
        .toList();
  }

  /// Rate of one cell by rate of another of the same target, round by round; empty if one of them
  /// failed.
  List<Double> ratios(Target target, Cell cell, Cell baseline) {
    List<Double> ratios = new ArrayList<>();
    for (Run run : runs) {
      if (run.target.equals(target) && run.cell.equals(cell) && !run.measured.faults().any()) {
        rate(run.round, target, baseline)
            .ifPresent(rate -> ratios.add(run.measured.flow().perSecond() / rate));
      }
    }
    return ratios;
  }

  /// Rate of `target` by rate of `baseline`, round by round; empty if one of them failed.
  List<Double> ratios(Target target, Target baseline, Cell cell) {
    return ratios(target, baseline, cell, measured -> measured.flow().perSecond());
  }

  /// A figure of `target` by the same of `baseline`, round by round; empty if one of them failed.
  List<Double> ratios(
      Target target, Target baseline, Cell cell, ToDoubleFunction<Measured> figure) {
    List<Double> ratios = new ArrayList<>();
    for (Run run : runs) {
      if (run.target.equals(target) && run.cell.equals(cell) && !run.measured.faults().any()) {
        measured(run.round, baseline, cell)
            .ifPresent(other ->
                ratios.add(figure.applyAsDouble(run.measured) / figure.applyAsDouble(other)));
      }
    }
    return ratios;
  }

  private Optional<Double> rate(int round, Target target, Cell cell) {
    return measured(round, target, cell).map(measured -> measured.flow().perSecond());
  }

  private Optional<Measured> measured(int round, Target target, Cell cell) {
    return runs.stream()
        .filter(run -> run.round == round && run.target.equals(target) && run.cell.equals(cell))
        .map(Run::measured)
        .filter(measured -> !measured.faults().any())
        .findFirst();
  }
}
