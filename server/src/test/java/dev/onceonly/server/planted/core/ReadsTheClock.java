package dev.onceonly.server.planted.core;

import java.time.Instant;

/// The clock in the core.
final class ReadsTheClock {

  private ReadsTheClock() {}

  static Instant now() {
    return Instant.now();
  }
}
