package dev.onceonly.server;

import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.http.api.LeaseWaiters;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The figures for Prometheus of what a server does above its store.
final class ServerFigures {
  private ServerFigures() {}

  static void report(PrometheusRegistry registry, GovernedCalls calls, LeaseWaiters waiters) {
    gauge(
        registry,
        "onceonly_lease_waiters",
        "Callers that wait for a lease to end",
        waiters::waiting);
    gauge(
        registry,
        "onceonly_calls_in_line",
        "Governed calls that wait for a dispatch of theirs to begin",
        calls::inLine);
    gauge(
        registry,
        "onceonly_calls_settling",
        "Governed calls that have ended and are not stored yet",
        calls::settling);
    gauge(
        registry,
        "onceonly_calls_settling_again",
        "Governed calls that have ended and whose outcome the store has refused at least once",
        calls::settlingAgain);
  }

  /// Registers what program this is.
  ///
  /// @param version as the program's file has it; null where it is none
  static void reportBuild(PrometheusRegistry registry, @Nullable String version) {
    Info.builder()
        .name("onceonly_build_info")
        .help("1; what runs is in the labels")
        .labelNames("version", "java")
        .register(registry)
        .addLabelValues(
            version == null ? "(unpackaged)" : version, System.getProperty("java.version", ""));
  }

  /// Registers when the certificate of the server's own TLS ends.
  ///
  /// @param endSeconds since 1970-01-01T00:00:00Z; 0 without TLS of its own
  static void reportCertificate(PrometheusRegistry registry, LongSupplier endSeconds) {
    GaugeWithCallback.builder()
        .name("onceonly_tls_certificate_expiry_timestamp_seconds")
        .help("When the certificate of the server's own TLS ends, since 1970; 0 without one")
        .callback(gauge -> gauge.call((double) endSeconds.getAsLong()))
        .register(registry);
  }

  private static void gauge(
      PrometheusRegistry registry, String name, String help, IntSupplier figure) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(gauge -> gauge.call(figure.getAsInt()))
        .register(registry);
  }
}
