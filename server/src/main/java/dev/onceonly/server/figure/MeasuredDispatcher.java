package dev.onceonly.server.figure;

import dev.onceonly.core.service.ToolDispatcher;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// A dispatcher with figures for Prometheus: how long calls of tools take by how they end, how many
/// are on their way, and how often they were tried. Thread-safe.
public final class MeasuredDispatcher implements ToolDispatcher {
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ToolDispatcher dispatcher;
  private final LongSupplier nanos;
  private final Gauge inFlight;
  private final Counter attempts;
  private final Counter retries;
  private final DistributionDataPoint executed;
  private final DistributionDataPoint failed;
  private final DistributionDataPoint unknown;
  private final DistributionDataPoint stopped;

  /// Registers the figures.
  ///
  /// @param nanos a monotonic clock
  public MeasuredDispatcher(
      ToolDispatcher dispatcher, PrometheusRegistry registry, LongSupplier nanos) {
    this.dispatcher = dispatcher;
    this.nanos = nanos;
    inFlight =
        Gauge.builder()
            .name("onceonly_dispatches_in_flight")
            .help("Calls of tools on their way now, pauses between attempts included")
            .register(registry);
    attempts =
        Counter.builder()
            .name("onceonly_dispatch_attempts_total")
            .help("Attempts to call a tool that have begun")
            .register(registry);
    retries =
        Counter.builder()
            .name("onceonly_dispatch_retries_total")
            .help("Those of them that were not a call's first")
            .register(registry);
    Histogram seconds =
        Histogram.builder()
            .name("onceonly_dispatch_duration_seconds")
            .help("From the first attempt to the outcome, pauses between attempts included")
            .labelNames("outcome")
            .classicOnly()
            .classicUpperBounds(.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300)
            .register(registry);
    executed = seconds.labelValues("executed");
    failed = seconds.labelValues("failed");
    unknown = seconds.labelValues("unknown");
    stopped = seconds.labelValues("stopped");
  }

  @Override
  public Outcome dispatch(Order order, Attempts asked) {
    long startNanos = nanos.getAsLong();
    // What throws leaves its call unknown.
    DistributionDataPoint ending = unknown;
    inFlight.inc();
    try {
      Outcome outcome = dispatcher.dispatch(order, new Counted(asked));
      ending =
          switch (outcome) {
            case Outcome.Executed _ -> executed;
            case Outcome.Failed _ -> failed;
            case Outcome.Unknown _ -> unknown;
            case Outcome.Stopped _ -> stopped;
          };
      return outcome;
    } finally {
      inFlight.dec();
      ending.observe((nanos.getAsLong() - startNanos) / NANOS_PER_SECOND);
    }
  }

  private final class Counted implements Attempts {
    private final Attempts asked;

    Counted(Attempts asked) {
      this.asked = asked;
    }

    @Override
    public boolean begin(int number) {
      if (!asked.begin(number)) {
        return false;
      }
      attempts.inc();
      if (number > 1) {
        retries.inc();
      }
      return true;
    }

    @Override
    public void end() {
      asked.end();
    }
  }
}
