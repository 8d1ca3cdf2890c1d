package dev.onceonly.server;

import dev.onceonly.store.LaneListener;
import dev.onceonly.store.sqlite.SqliteStore;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.TimeUnit;

/// The embedded store's figures for Prometheus.
final class StoreFigures implements LaneListener {
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Histogram batchSteps;
  private final Histogram commitSeconds;
  private final Counter checkpoints;
  private final Counter checkpointSeconds;

  StoreFigures(PrometheusRegistry registry, SqliteStore store) {
    batchSteps =
        Histogram.builder()
            .name("onceonly_lane_batch_steps")
            .help("Steps committed in one flush")
            .classicOnly()
            .classicUpperBounds(1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
            .register(registry);
    commitSeconds =
        Histogram.builder()
            .name("onceonly_lane_commit_seconds")
            .help("Time of one commit, its flush to disk included")
            .classicOnly()
            .classicUpperBounds(.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .5, 1)
            .register(registry);
    checkpoints =
        Counter.builder()
            .name("onceonly_store_checkpoints_total")
            .help("Times that the write-ahead log was folded into the database")
            .register(registry);
    checkpointSeconds =
        Counter.builder()
            .name("onceonly_store_checkpoint_seconds_total")
            .help("Time spent on that, off the hot path")
            .register(registry);
    GaugeWithCallback.builder()
        .name("onceonly_lane_queue_depth")
        .help("Steps waiting for the lane")
        .callback(gauge -> gauge.call(store.queueDepth()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("onceonly_clock_drift_seconds")
        .help("How far the store's clock is ahead of the wall clock")
        .callback(gauge -> gauge.call(store.clockDrift().toNanos() / NANOS_PER_SECOND))
        .register(registry);
    GaugeWithCallback.builder()
        .name("onceonly_store_ready")
        .help("1 while the store takes writes, else 0")
        .callback(gauge -> gauge.call(store.troubles() == null ? 1 : 0))
        .register(registry);
  }

  @Override
  public void committed(int steps, long commitNanos) {
    batchSteps.observe(steps);
    commitSeconds.observe(commitNanos / NANOS_PER_SECOND);
  }

  @Override
  public void checkpointed(long nanos, long frames) {
    checkpoints.inc();
    checkpointSeconds.inc(nanos / NANOS_PER_SECOND);
  }
}
