package dev.onceonly.server.worker;

import dev.onceonly.core.service.RunQueue;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;

/// The worker's figures for Prometheus. Thread-safe.
final class WorkerFigures {
  private static final double MS_PER_SECOND = 1_000;

  private final Histogram seconds;
  private final Counter left;

  WorkerFigures(PrometheusRegistry registry, RunQueue queue) {
    GaugeWithCallback.builder()
        .name("onceonly_runs_waiting")
        .help("Keyed runs that wait for the worker")
        .callback(gauge -> gauge.call(queue.waiting()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("onceonly_runs_running")
        .help("Keyed runs that the worker has started")
        .callback(gauge -> gauge.call(queue.running()))
        .register(registry);
    seconds =
        Histogram.builder()
            .name("onceonly_run_duration_seconds")
            .help("From queued to ended, of completed and failed runs")
            .classicOnly()
            .classicUpperBounds(.005, .01, .025, .05, .1, .25, .5, 1, 5, 30, 300, 3_600)
            .register(registry);
    left =
        Counter.builder()
            .name("onceonly_runs_total")
            .help("Runs that the worker has let go, by how")
            .labelNames("outcome")
            .register(registry);
    // There from the start, so that the first one is an increase.
    for (RunExecution.Left how : RunExecution.Left.values()) {
      left.initLabelValues(label(how));
    }
  }

  private static String label(RunExecution.Left how) {
    return how.name().toLowerCase(Locale.ROOT);
  }

  void ended(RunExecution.Left how, long ms) {
    left.labelValues(label(how)).inc();
    if (how == RunExecution.Left.COMPLETED || how == RunExecution.Left.FAILED) {
      seconds.observe(ms / MS_PER_SECOND);
    }
  }
}
