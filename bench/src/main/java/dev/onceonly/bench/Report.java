package dev.onceonly.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// The figures of all rounds as Markdown: medians of the rounds and, in parentheses, their spread.
/// The first target is the baseline of the ratios.
final class Report {
  private final Results results;
  private final List<Target> targets;

  Report(Results results, List<Target> targets) {
    this.results = results;
    this.targets = List.copyOf(targets);
  }

  /// One server's measurements of one cell, a round each.
  private record Row(Cell cell, Target target, List<Measured> runs) {
    boolean failed() {
      return runs.isEmpty() || runs.stream().anyMatch(run -> run.faults().any());
    }
  }

  /// A heading and what stands under it; the figures of a row that failed are not shown.
  private record Column(String heading, boolean figure, Function<Row, String> text) {
    static Column label(String heading, Function<Row, String> text) {
      return new Column(heading, false, text);
    }

    static Column median(String heading, String format, ToDoubleFunction<Measured> figure) {
      return figure(heading, row -> format.formatted(Spread.of(row.runs, figure).median()));
    }

    static Column figure(String heading, Function<Row, String> text) {
      return new Column(heading, true, text);
    }

    String of(Row row) {
      return figure && row.failed() ? "FAILED" : text.apply(row);
    }
  }

  /// The servers against the first one, in as many words as it takes to decide whether something
  /// was lost: throughput and CPU of each round by the baseline's of the same round.
  String comparison() {
    Table table =
        new Table(
            List.of(
                "workload",
                "connections",
                "server",
                "requests/s by " + targets.getFirst().name(),
                "server CPU by " + targets.getFirst().name(),
                "server CPU µs"));
    for (Cell cell : results.cells()) {
      for (Target target : targets.subList(1, targets.size())) {
        if (!cell.openLoop()) {
          table.add(comparison(target, cell));
        }
      }
    }
    return "\n## Against "
        + targets.getFirst().name()
        + ", round by round: median (smallest..largest)\n\n"
        + table.markdown();
  }

  private List<String> comparison(Target target, Cell cell) {
    ToDoubleFunction<Measured> cpu = run -> run.cost().serverCpuUs();
    Target baseline = targets.getFirst();
    return List.of(
        cell.workload().word(),
        Integer.toString(cell.connections()),
        target.name(),
        Spread.of(results.ratios(target, baseline, cell)).text("%.3f"),
        Spread.of(results.ratios(target, baseline, cell, cpu)).text("%.3f"),
        Spread.of(results.of(target, cell), cpu).text("%.1f"));
  }

  String markdown(Conditions conditions) {
    StringBuilder text = new StringBuilder("# Measured\n\n").append(conditions.markdown());
    text.append("\n## Throughput (closed loop)\n\n").append(table(false));
    text.append(
        "\nFigures are medians of the rounds (and their spread). Ratios are taken round by round, against ");
    text.append(targets.getFirst().name());
    text.append(". CPU is user and system time of the whole process for each request.\n");
    text.append(governance());
    text.append("\n## Latency from the scheduled instant (open loop)\n\n").append(table(true));
    if (!results.failures().isEmpty()) {
      text.append("\n## FAILED\n\n");
      results.failures().forEach(failure -> text.append("- ").append(failure).append('\n'));
    }
    return text.toString();
  }

  /// Governed decisions by fresh locks of the same server over as many connections; empty where one
  /// of the two was not measured.
  private String governance() {
    Table table = new Table(List.of("workload", "connections", "server", "ratio"));
    boolean any = false;
    for (Cell cell : results.cells()) {
      Cell locks = new Cell(WorkloadKind.NEW, cell.connections(), false);
      boolean governed =
          cell.workload() == WorkloadKind.GOVERNED || cell.workload() == WorkloadKind.CAPPED;
      if (governed && !cell.openLoop() && results.cells().contains(locks)) {
        any = true;
        for (Target target : targets) {
          String ratio = Spread.of(results.ratios(target, cell, locks)).text("%.2f");
          String connections = Integer.toString(cell.connections());
          table.add(List.of(cell.workload().word(), connections, target.name(), ratio));
        }
      }
    }
    String heading =
        "\n## Governed decisions against check-lock with new keys, in the same round\n\n";
    return any ? heading + table.markdown() : "";
  }

  private String table(boolean openLoop) {
    List<Column> columns = openLoop ? openColumns() : closedColumns();
    Table table = new Table(columns.stream().map(Column::heading).toList());
    for (Cell cell : results.cells()) {
      for (Target target : targets) {
        if (cell.openLoop() == openLoop) {
          Row row = new Row(cell, target, results.of(target, cell));
          table.add(columns.stream().map(column -> column.of(row)).toList());
        }
      }
    }
    return table.markdown();
  }

  private List<Column> closedColumns() {
    List<Column> columns = new ArrayList<>(labels());
    columns.add(spread("requests/s", "%,.0f", run -> run.flow().perSecond()));
    columns.add(Column.figure("ratio", this::ratio));
    columns.addAll(latencies());
    columns.addAll(costs());
    columns.add(
        Column.median("lives/s", "%,.0f", run -> run.flow().lives() / run.flow().seconds()));
    return columns;
  }

  private static List<Column> openColumns() {
    List<Column> columns = new ArrayList<>(labels());
    columns.add(Column.median("offered/s", "%,.0f", run -> run.flow().offeredPerSecond()));
    columns.add(Column.median("answered/s", "%,.0f", run -> run.flow().perSecond()));
    columns.addAll(latencies());
    columns.addAll(costs());
    return columns;
  }

  private static List<Column> labels() {
    return List.of(
        Column.label("workload", row -> row.cell.workload().word()),
        Column.label("connections", row -> Integer.toString(row.cell.connections())),
        Column.label("server", row -> row.target.name()));
  }

  private static List<Column> latencies() {
    return List.of(
        Column.median("p50 ms", "%.2f", run -> run.latency().p50Us() / 1e3),
        spread("p99 ms", "%.2f", run -> run.latency().p99Us() / 1e3),
        Column.median("p99.9 ms", "%.2f", run -> run.latency().p999Us() / 1e3),
        Column.figure("max ms", Report::worst));
  }

  private static List<Column> costs() {
    return List.of(
        Column.median("server CPU µs", "%.1f", run -> run.cost().serverCpuUs()),
        Column.median("driver CPU µs", "%.1f", run -> run.cost().driverCpuUs()),
        Column.median("resident MB", "%,.0f", run -> run.cost().residentBytes() / 1e6));
  }

  private static Column spread(String heading, String format, ToDoubleFunction<Measured> figure) {
    return Column.figure(heading, row -> Spread.of(row.runs, figure).text(format));
  }

  private String ratio(Row row) {
    return Spread.of(results.ratios(row.target, targets.getFirst(), row.cell)).text("%.2f");
  }

  /// The largest of all rounds: a median would hide the one stall that there was.
  private static String worst(Row row) {
    return "%.1f".formatted(Spread.of(row.runs, run -> run.latency().maxUs() / 1e3).max());
  }
}
