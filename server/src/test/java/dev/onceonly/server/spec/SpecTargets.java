package dev.onceonly.server.spec;

import java.util.Optional;

/// The one place that says which server the scenarios are sent to.
final class SpecTargets {
  private SpecTargets() {}

  /// Starts the server under test; empty while there is none.
  static Optional<SpecTarget> start() {
    return Optional.empty();
  }
}
