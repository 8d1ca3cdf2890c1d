package dev.onceonly.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Sorts what happens into warm-up, window and drain. A request counts for the rate if its answer
/// came in the window, and for the latency if it began in it: a slow one is never left out because
/// its answer came late. Faults count whenever they happen.
final class Recorder {
  private static final long LATENCY_MAX_NS = 100_000_000_000L;
  private static final int SIGNIFICANT_DIGITS = 3;

  private final Workload workload;
  private final ProcessStats server;
  private final ProcessStats driver = ProcessStats.self();
  private final Histogram latency = new Histogram(LATENCY_MAX_NS, SIGNIFICANT_DIGITS);
  private final Timing timing;
  private long startNs;
  private long endNs;
  private long nextMarkNs;
  private @Nullable Mark first;
  private @Nullable Mark last;
  private long answers;
  private long faults;
  private String firstFault = "";
  private long residentBytes;

  private record Mark(long ns, long answers, long lives, long serverCpuUs, long driverCpuUs) {}

  Recorder(Subject subject, Workload workload, Timing timing) {
    this.workload = workload;
    this.timing = timing;
    server = subject.process();
  }

  /// The warm-up begins. Nothing may be recorded before.
  void begin(long nowNs) {
    startNs = nowNs + timing.warmup().toNanos();
    endNs = nowNs + timing.sendingNs();
    nextMarkNs = startNs;
    tick(nowNs);
  }

  /// The window's end: nothing is sent at or after it.
  long endNs() {
    return endNs;
  }

  /// Whether to go on at this instant, with so many requests still without an answer.
  boolean goesOn(long nowNs, long unanswered) {
    return nowNs < endNs || (unanswered > 0 && nowNs < endNs + timing.drainMax().toNanos());
  }

  /// Must be called often. Takes the window's first and last readings when their instant has come.
  void tick(long nowNs) {
    if (nowNs < nextMarkNs) {
      return;
    }
    try {
      Mark mark =
          new Mark(nowNs, answers, workload.lives(), server.cpuMicros(), driver.cpuMicros());
      if (first == null) {
        first = mark;
        nextMarkNs = endNs;
      } else {
        last = mark;
        residentBytes = server.residentBytes();
        nextMarkNs = Long.MAX_VALUE;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the server's process is gone", e);
    }
  }

  void answered(Connection connection, long nowNs) {
    tick(nowNs);
    answers++;
    long startedNs = connection.startedNs();
    if (startedNs >= startNs && startedNs < endNs) {
      latency.recordValue(Math.min(nowNs - startedNs, LATENCY_MAX_NS));
    }
    if (!connection.fault().isEmpty()) {
      fault(1, connection.fault());
    }
  }

  /// Counts requests that were still without an answer when the drain's time was over.
  void missing(long count) {
    if (count > 0) {
      fault(count, "no answer within " + timing.drainMax().toSeconds() + " s after the window");
    }
  }

  private void fault(long count, String reason) {
    if (faults == 0) {
      firstFault = reason;
    }
    faults += count;
  }

  Measured measured(double offeredPerSecond) {
    if (first == null || last == null) {
      throw new IllegalStateException("the window is not over");
    }
    String verdict = workload.verdict();
    if (verdict != null) {
      fault(1, verdict);
    }
    long requests = last.answers - first.answers;
    if (requests == 0) {
      fault(1, "no answer came in the window");
    }
    double seconds = (last.ns - first.ns) / 1e9;
    return new Measured(
        new Flow(seconds, requests, last.lives - first.lives, offeredPerSecond),
        Latency.of(latency),
        new Cost(
            (last.serverCpuUs - first.serverCpuUs) / (double) requests,
            (last.driverCpuUs - first.driverCpuUs) / (double) requests,
            residentBytes),
        new Faults(faults, firstFault));
  }
}
