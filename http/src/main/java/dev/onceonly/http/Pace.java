package dev.onceonly.http;

import java.time.Duration;

/// What a connection is doing, and until when it may take. Written by the connection's own thread,
/// read by the [Reaper].
final class Pace {
  private enum Doing {
    IDLE,
    HEADERS,
    HANDLING,
    BODY,
    ANSWER
  }

  private final HttpSettings.Timeouts timeouts;
  private Doing doing = Doing.HEADERS;
  private volatile boolean timed = true;
  private volatile long dueNanos;

  Pace(HttpSettings.Timeouts timeouts) {
    this.timeouts = timeouts;
    this.dueNanos = System.nanoTime() + timeouts.headers().toNanos();
  }

  /// Bytes came. Only a new request's first ones start a new period.
  void bytesCame() {
    if (doing == Doing.IDLE) {
      until(Doing.HEADERS, timeouts.headers());
    }
  }

  void handlingStarts() {
    doing = Doing.HANDLING;
    timed = false;
  }

  void bodyStarts() {
    until(Doing.BODY, timeouts.body());
  }

  void answerStarts() {
    until(Doing.ANSWER, timeouts.answer());
  }

  void idleStarts() {
    until(Doing.IDLE, timeouts.idle());
  }

  void lingers(Duration duration) {
    until(Doing.ANSWER, duration);
  }

  boolean isIdle() {
    return doing == Doing.IDLE;
  }

  boolean isOverdue(long nowNanos) {
    return timed && nowNanos - dueNanos > 0;
  }

  private void until(Doing next, Duration duration) {
    doing = next;
    dueNanos = System.nanoTime() + duration.toNanos();
    timed = true;
  }
}
