package dev.onceonly.server;

import dev.onceonly.http.HttpServer;
import dev.onceonly.http.HttpSettings;
import dev.onceonly.http.gate.RateLimiter;
import dev.onceonly.http.memory.MemoryBudget;
import dev.onceonly.http.session.SignInRoutes;
import dev.onceonly.server.config.NetworkSettings;
import dev.onceonly.server.config.SettingsException;
import java.time.Duration;

/// Where and within what bounds a server listens.
final class Listening {
  private Listening() {}

  /// Takes the port.
  ///
  /// @throws SettingsException where it can't listen
  static HttpServer bind(NetworkSettings network, HttpServer.Parts parts) {
    MemoryBudget budget = Capacity.ofThisProcess().budget(network.connectionsMax());
    Capacity.report(budget, parts.metrics().registry());
    try {
      return HttpServer.bind(httpSettings(network, budget), parts);
    } catch (IllegalStateException e) {
      throw new SettingsException(
          "can't listen on " + network.host() + ":" + network.port() + ", is the port taken?");
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
