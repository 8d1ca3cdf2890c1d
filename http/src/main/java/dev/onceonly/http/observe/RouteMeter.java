package dev.onceonly.http.observe;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Counts the requests of one route. Its labels are resolved once, because looking them up costs
/// more than counting. Thread-safe.
public final class RouteMeter {
  private static final int STATUS_MIN = 100;
  private static final int STATUS_COUNT = 500;
  private static final double NANOS_PER_SECOND = 1e9;

  private final String method;
  private final String route;
  private final Counter requests;
  private final DistributionDataPoint seconds;
  private final GaugeDataPoint inFlight;
  private final AtomicReferenceArray<CounterDataPoint> byStatus =
      new AtomicReferenceArray<>(STATUS_COUNT);

  RouteMeter(
      String method,
      String route,
      Counter requests,
      DistributionDataPoint seconds,
      GaugeDataPoint inFlight) {
    this.method = method;
    this.route = route;
    this.requests = requests;
    this.seconds = seconds;
    this.inFlight = inFlight;
  }

  public void started() {
    inFlight.inc();
  }

  public void ended(int status, long tookNanos) {
    inFlight.dec();
    seconds.observe(tookNanos / NANOS_PER_SECOND);
    int index = Math.clamp(status - STATUS_MIN, 0, STATUS_COUNT - 1);
    CounterDataPoint counter = byStatus.get(index);
    if (counter == null) {
      counter = requests.labelValues(method, route, Integer.toString(index + STATUS_MIN));
      byStatus.set(index, counter);
    }
    counter.inc();
  }
}
