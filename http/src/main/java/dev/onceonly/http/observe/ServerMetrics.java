package dev.onceonly.http.observe;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// The metrics of one server, on a registry of its own: two servers in one process, as in tests,
/// don't mix. Other parts register theirs on the same registry. Thread-safe.
public final class ServerMetrics {
  /// What the text is sent as.
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  // From what a duplicate takes to what a long wait takes.
  private static final double[] BOUNDS_SECONDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 60
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter requests =
      Counter.builder()
          .name("onceonly_http_requests_total")
          .help("Requests answered, by route pattern")
          .labelNames("method", "route", "status")
          .register(registry);
  private final Histogram seconds =
      Histogram.builder()
          .name("onceonly_http_request_duration_seconds")
          .help("From the last header read to the answer ready, by route pattern")
          .labelNames("method", "route")
          .classicOnly()
          .classicUpperBounds(BOUNDS_SECONDS)
          .register(registry);
  private final Gauge inFlight =
      Gauge.builder()
          .name("onceonly_http_requests_in_flight")
          .help("Requests being answered now")
          .register(registry);
  private final PrometheusTextFormatWriter writer =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();

  public PrometheusRegistry registry() {
    return registry;
  }

  /// A meter whose labels are fixed. Ask once for each route, not for each request.
  public RouteMeter meter(String method, String route) {
    return new RouteMeter(
        method, route, requests, seconds.labelValues(method, route), inFlight.labelValues());
  }

  /// All metrics of the registry in Prometheus' text format.
  public byte[] text() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
    try {
      writer.write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
