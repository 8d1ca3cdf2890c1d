package dev.onceonly.server.planted.http;

import java.time.Clock;

/// The clock in a route.
final class ReadsTheClock {

  private ReadsTheClock() {}

  static Clock clock() {
    return Clock.systemUTC();
  }
}
