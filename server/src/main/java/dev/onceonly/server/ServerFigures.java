package dev.onceonly.server;

import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.http.api.LeaseWaiters;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.IntSupplier;

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
