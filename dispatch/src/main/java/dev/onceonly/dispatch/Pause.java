package dev.onceonly.dispatch;

import java.time.Duration;

/// Waits between two attempts.
@FunctionalInterface
public interface Pause {
  Pause SLEEP = Thread::sleep;

  /// Waits that long.
  ///
  /// @throws InterruptedException where the thread is interrupted, at once
  void await(Duration duration) throws InterruptedException;
}
