package dev.onceonly.server.worker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Says that the server stops. Thread-safe.
final class StopSignal {
  private final CountDownLatch given = new CountDownLatch(1);

  void give() {
    given.countDown();
  }

  boolean isGiven() {
    return given.getCount() == 0;
  }

  /// Pauses; at once over when the signal is given.
  ///
  /// @return whether it is given
  boolean await(long ms) {
    try {
      return given.await(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
