package dev.onceonly.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `onceonly bench`: starts servers, drives them, prints tables. Exit code 0 if every answer of
/// every measurement was right, else 1.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true,
    description = "Measures throughput, latency, CPU and memory of servers started for it.")
final class BenchCommand implements Callable<Integer> {
  private static final double QUICK_SECONDS = 1;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds; the order is shuffled in each.")
  private int rounds = 5;

  @Option(names = "--seconds", paramLabel = "S", description = "Length of each measured window.")
  private double seconds = 5;

  @Option(names = "--warmup-seconds", paramLabel = "S", description = "Warm-up before each window.")
  private double warmupSeconds = 3;

  @Option(
      names = "--connections",
      split = ",",
      paramLabel = "N",
      description = "Kept-alive connections.")
  private List<Integer> connections = List.of(1, 16, 64, 256);

  @Option(
      names = "--workloads",
      split = ",",
      paramLabel = "W",
      description = "Of: ${COMPLETION-CANDIDATES}.")
  private List<WorkloadKind> workloads = List.of(WorkloadKind.values());

  @Option(
      names = "--variants",
      split = ",",
      paramLabel = "V",
      description = "Of: ${COMPLETION-CANDIDATES}; ratios are against the first.")
  private List<Variants> variants = List.of(Variants.values());

  @Option(
      names = "--before",
      paramLabel = "DIR",
      description =
          "Another checkout of this project, built: its server is measured in the same rounds, and the "
              + "ratios are against it.")
  private @Nullable Path before;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "Arrivals per second in the open loop, or auto: half of the peak just measured.")
  private String rate = "auto";

  @Option(
      names = "--flush-delay-us",
      paramLabel = "US",
      description = "Slows every flush of the servers down.")
  private long flushDelayUs = 0;

  @Option(
      names = "--live-keys",
      split = ",",
      paramLabel = "N",
      description =
          "Live keys loaded before measuring; several numbers make each variant one server for each.")
  private List<Long> liveKeys = List.of(0L);

  @Option(names = "--startup", description = "Measures the time to the first answer instead.")
  private boolean startup = false;

  @Option(
      names = "--governance",
      description = "Measures dispatched calls of a local tool, and keyed runs, instead.")
  private boolean governance = false;

  @Option(
      names = "--memory-minutes",
      paramLabel = "M",
      description =
          "Makes as much as expires for so long instead, and samples what the server holds.")
  private int memoryMinutes = 0;

  @Option(
      names = "--quick",
      description =
          "A first look: one round of 1 s windows over 1 and 64 connections, whatever else is said.")
  private boolean quick = false;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "Where the servers keep their data while they run.")
  private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Writes the tables as Markdown, with the conditions.")
  private @Nullable Path out;

  /// Runs the command and ends the process with its exit code.
  public static void main(String[] args) {
    // Figures look the same wherever they are taken.
    Locale.setDefault(Locale.ROOT);
    CommandLine command = new CommandLine(new BenchCommand());
    System.exit(command.setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Conditions conditions = conditions();
    List<Target> targets = targets();
    if (memoryMinutes > 0) {
      return measureMemory(conditions);
    }
    if (governance) {
      return measureGovernance(conditions, targets);
    }
    return startup ? measureStartup(conditions, targets) : measureRounds(conditions, targets);
  }

  private int measureGovernance(Conditions conditions, List<Target> targets)
      throws IOException, InterruptedException {
    conditions.put(
        "flush of 4 KB (fdatasync)", "%.0f µs".formatted(FlushTime.medianMicros(folder)));
    Governance measurement = new Governance(plan(), Governance.RUNS, this::say);
    List<Governance.Figures> figures = new ArrayList<>();
    for (Target target : targets) {
      figures.add(measurement.measure(target));
    }
    publish(conditions.markdown() + "\n" + Governance.markdown(figures));
    return 0;
  }

  private int measureRounds(Conditions conditions, List<Target> targets)
      throws IOException, InterruptedException {
    Results results = new Rounds(plan(), this::say).run(targets);
    conditions.put("flush of 4 KB (fdatasync)", results.flushUs().text("%.0f") + " µs");
    Report report = new Report(results, targets);
    publish(report.markdown(conditions) + (before == null ? "" : report.comparison()));
    return results.failures().isEmpty() ? 0 : 1;
  }

  private int measureStartup(Conditions conditions, List<Target> targets)
      throws IOException, InterruptedException {
    conditions.put(
        "flush of 4 KB (fdatasync)", "%.0f µs".formatted(FlushTime.medianMicros(folder)));
    Startup measurement = new Startup(folder, rounds(), timing(), this::say);
    List<Startup.Starts> starts = new ArrayList<>();
    for (Target target : targets) {
      starts.add(measurement.measure(target));
    }
    publish(conditions.markdown() + "\n" + Startup.markdown(starts));
    return 0;
  }

  private int measureMemory(Conditions conditions) throws IOException, InterruptedException {
    double perSecond = rate.equals("auto") ? Turnover.PER_SECOND : Double.parseDouble(rate);
    conditions.put(
        "measured", "%d minutes at %,.0f requests/s".formatted(memoryMinutes, perSecond));
    Holdings holdings =
        new Holdings(folder, Duration.ofMinutes(memoryMinutes), perSecond, this::say);
    Holdings.Figures figures = holdings.measure(Variants.forgetful());
    publish(conditions.markdown() + "\n" + figures.markdown());
    if (out != null) {
      Files.writeString(sibling(out, ".csv"), figures.csv());
      Files.writeString(sibling(out, ".svg"), figures.svg());
    }
    return figures.faults().any() ? 1 : 0;
  }

  /// A file beside another, of the same name but for its ending.
  private static Path sibling(Path file, String ending) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return file.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ending);
  }

  private Conditions conditions() throws IOException, InterruptedException {
    return Conditions.ofMachine(folder)
        .put("flushes slowed by", flushDelayUs + " µs")
        .put(
            "measured",
            "%d rounds, windows of %s s after %s s".formatted(rounds(), window(), warmup()));
  }

  private Plan plan() {
    double arrivals = rate.equals("auto") ? 0 : Double.parseDouble(rate);
    List<Integer> counts = quick ? List.of(1, 64) : connections;
    return new Plan(rounds(), timing(), counts, workloads, arrivals, folder);
  }

  private List<Target> targets() {
    List<Target> bare = new ArrayList<>();
    if (before != null) {
      bare.add(otherCheckout(before));
    }
    variants.forEach(variant -> bare.add(variant.target(flushDelayUs)));
    List<Target> targets = new ArrayList<>();
    for (Target target : bare) {
      for (long count : liveKeys) {
        targets.add(count == 0 ? target : target.withLiveKeys(count));
      }
    }
    return targets;
  }

  private Target otherCheckout(Path checkout) {
    try {
      return Variants.before(checkout, flushDelayUs);
    } catch (IllegalArgumentException notBuilt) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), notBuilt.getMessage(), notBuilt);
    }
  }

  private Timing timing() {
    return Timing.ofSeconds(warmup(), window());
  }

  private int rounds() {
    return quick ? 1 : rounds;
  }

  private double window() {
    return quick ? QUICK_SECONDS : seconds;
  }

  private double warmup() {
    return quick ? QUICK_SECONDS : warmupSeconds;
  }

  private void publish(String markdown) throws IOException {
    say("\n" + markdown);
    if (out != null) {
      Files.writeString(out, markdown);
    }
  }

  private void say(String line) {
    PrintWriter writer = Objects.requireNonNull(spec).commandLine().getOut();
    writer.println(line);
    writer.flush();
  }
}
