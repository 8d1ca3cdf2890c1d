package dev.onceonly.server.planted.server;

import java.time.Instant;

/// No offender: the wiring may ask a clock.
final class ReadsTheClock {

  private ReadsTheClock() {}

  static Instant now() {
    return Instant.now();
  }
}
