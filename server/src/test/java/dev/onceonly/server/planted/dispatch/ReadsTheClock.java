package dev.onceonly.server.planted.dispatch;

import java.time.Clock;

/// The clock in a dispatcher.
final class ReadsTheClock {

  private ReadsTheClock() {}

  static Clock clock() {
    return Clock.systemUTC();
  }
}
