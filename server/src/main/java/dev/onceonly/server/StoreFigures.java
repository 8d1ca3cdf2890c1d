package dev.onceonly.server;

import dev.onceonly.server.figure.Kept;
import dev.onceonly.store.LaneListener;
import dev.onceonly.store.sqlite.SqliteStore;
import dev.onceonly.store.sqlite.StoreCounts;
import dev.onceonly.store.sqlite.StoreSizes;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// The embedded store's figures for Prometheus.
final class StoreFigures implements LaneListener {
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final double MS_PER_SECOND = TimeUnit.SECONDS.toMillis(1);

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
    GaugeWithCallback.builder()
        .name("onceonly_paused")
        .help("1 while nothing moves by itself after a restore, until an operator resumes, else 0")
        .callback(gauge -> gauge.call(store.isPaused() ? 1 : 0))
        .register(registry);
    counts(registry, store);
    sizes(registry, store);
  }

  private static void counts(PrometheusRegistry registry, SqliteStore store) {
    Kept<StoreCounts> counts = new Kept<>(store::counts, Kept.Times.OF_SCRAPES, System::nanoTime);
    gauge(
        registry,
        "onceonly_calls_reserved",
        "Governed calls in flight, over all namespaces",
        counts,
        StoreCounts::callsReserved);
    gauge(
        registry,
        "onceonly_calls_unknown",
        "Governed calls of which nobody knows whether the tool has acted, over all namespaces",
        counts,
        StoreCounts::callsUnknown);
    gauge(
        registry,
        "onceonly_mails_waiting",
        "Mails that are to be tried, now or later",
        counts,
        StoreCounts::mailsWaiting);
    gauge(
        registry,
        "onceonly_runs_oldest_age_seconds",
        "How long the keyed run that has waited longest is in the queue; 0 where none waits",
        counts,
        seen -> ageSeconds(seen.oldestRunQueuedAtMs(), store));
  }

  private static double ageSeconds(@Nullable Long sinceMs, SqliteStore store) {
    return sinceMs == null ? 0 : Math.max(0, store.now().toEpochMilli() - sinceMs) / MS_PER_SECOND;
  }

  private static void sizes(PrometheusRegistry registry, SqliteStore store) {
    Kept<StoreSizes> sizes = new Kept<>(store::sizes, Kept.Times.OF_SCRAPES, System::nanoTime);
    gauge(
        registry,
        "onceonly_store_database_bytes",
        "Size of the database",
        sizes,
        StoreSizes::databaseBytes);
    gauge(
        registry,
        "onceonly_store_log_bytes",
        "Size of the write-ahead log",
        sizes,
        StoreSizes::logBytes);
    gauge(
        registry,
        "onceonly_store_free_bytes",
        "Free space on the data folder's disk",
        sizes,
        StoreSizes::freeBytes);
    gauge(
        registry,
        "onceonly_store_low_bytes",
        "The setting storage_low_bytes: with less free space, what only records is refused",
        sizes,
        StoreSizes::lowBytes);
  }

  /// Without a value while there is none of use: an old one would look like a new one.
  private static <T> void gauge(
      PrometheusRegistry registry,
      String name,
      String help,
      Kept<T> kept,
      ToDoubleFunction<T> figure) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(gauge -> {
          T seen = kept.get();
          if (seen != null) {
            gauge.call(figure.applyAsDouble(seen));
          }
        })
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
