package dev.onceonly.server;

import dev.onceonly.http.HttpServer;
import dev.onceonly.http.HttpSettings;
import dev.onceonly.http.gate.RateLimiter;
import dev.onceonly.http.memory.MemoryBudget;
import dev.onceonly.http.session.SignInRoutes;
import dev.onceonly.http.tls.ServerTls;
import dev.onceonly.http.tls.TlsFiles;
import dev.onceonly.http.tls.TlsRefused;
import dev.onceonly.server.config.NetworkSettings;
import dev.onceonly.server.config.SettingsException;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where and within what bounds a server listens.
final class Listening {
  private Listening() {}

  /// Takes the port.
  ///
  /// @throws SettingsException where it can't listen
  static HttpServer bind(NetworkSettings network, @Nullable ServerTls tls, HttpServer.Parts parts) {
    MemoryBudget budget = Capacity.ofThisProcess().budget(network.connectionsMax(), tls != null);
    Capacity.report(budget, parts.metrics().registry());
    try {
      return HttpServer.bind(httpSettings(network, budget).withTls(tls), parts);
    } catch (IllegalStateException e) {
      throw new SettingsException(
          "can't listen on " + network.host() + ":" + network.port() + ", is the port taken?");
    }
  }

  /// The server's own TLS; null where none is set. Its certificate's end is a figure.
  ///
  /// @throws SettingsException where its files can't be used
  static @Nullable ServerTls tls(NetworkSettings.@Nullable Tls files, PrometheusRegistry registry) {
    if (files == null) {
      ServerFigures.reportCertificate(registry, () -> 0);
      return null;
    }
    try {
      ServerTls tls = new ServerTls(new TlsFiles(files.certificate(), files.key()));
      ServerFigures.reportCertificate(registry, () -> tls.validity().until().getEpochSecond());
      return tls;
    } catch (TlsRefused e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }

  // A person signs in once an hour. What is tried faster is a guess, and an API key is too long to
  // be guessed at any rate: this only keeps the guessing from costing anything.
  static SignInRoutes.Throttle signInThrottle() {
    return new SignInRoutes.Throttle(
        new RateLimiter(0.2, 10, System::nanoTime), new RateLimiter(10, 100, System::nanoTime));
  }

  private static HttpSettings httpSettings(NetworkSettings network, MemoryBudget budget) {
    NetworkSettings.Timeouts timeouts = network.timeouts();
    HttpSettings.Timeouts defaults = HttpSettings.Timeouts.DEFAULT;
    return HttpSettings.on(network.host(), network.port())
        .withBudget(budget)
        .withTimeouts(
            new HttpSettings.Timeouts(
                Duration.ofMillis(timeouts.headerMs()),
                Duration.ofMillis(timeouts.bodyMs()),
                defaults.answer(),
                Duration.ofMillis(timeouts.idleMs()),
                Duration.ofMillis(timeouts.graceMs())));
  }
}
