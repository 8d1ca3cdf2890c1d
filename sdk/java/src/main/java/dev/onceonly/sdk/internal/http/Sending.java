package dev.onceonly.sdk.internal.http;

import dev.onceonly.sdk.transport.TransportRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One logical call with all its attempts, which are made one after the other.
final class Sending {
  private final Call call;
  private final ApiRequest request;
  private final TransportRequest wire;
  private final @Nullable TransportRequest heldWire;
  private final int attempts;
  private final @Nullable Long deadlineNanos;
  private volatile TransportRequest last;
  private volatile boolean isRepeatedFresh;

  /// @param wire an attempt; its timeout is shortened when the deadline is nearer
  /// @param heldWire the same, for the server to hold before it answers; null when it may not
  /// @param attempts how many there may be
  /// @param deadlineNanos by `System.nanoTime`, when all attempts end
  Sending(
      Call call,
      ApiRequest request,
      TransportRequest wire,
      @Nullable TransportRequest heldWire,
      int attempts,
      @Nullable Long deadlineNanos) {
    this.call = call;
    this.request = request;
    this.wire = wire;
    this.heldWire = heldWire;
    this.last = wire;
    this.attempts = attempts;
    this.deadlineNanos = deadlineNanos;
  }

  Call call() {
    return call;
  }

  ApiRequest request() {
    return request;
  }

  /// Whether there is a form of it for the server to hold.
  boolean mayBeHeld() {
    return heldWire != null;
  }

  /// The next attempt, within what is left of the deadline.
  TransportRequest next(boolean isHeld) {
    call.sent();
    TransportRequest next = isHeld && heldWire != null ? heldWire : wire;
    long millisLeft = Math.max(1, millisLeft());
    last =
        next.timeout().toMillis() <= millisLeft
            ? next
            : next.timeout(Duration.ofMillis(millisLeft));
    return last;
  }

  /// The last attempt.
  TransportRequest wire() {
    return last;
  }

  long millisLeft() {
    return deadlineNanos == null
        ? Long.MAX_VALUE
        : TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
  }

  /// Whether a dead connection may be answered by one more attempt on a fresh one: once, and never
  /// when a repetition would do twice what is asked for.
  boolean mayRepeatFresh() {
    boolean may = !isRepeatedFresh && request.rule() != ApiRequest.Rule.APPEND;
    isRepeatedFresh = true;
    return may;
  }

  /// Whether the server's `Retry-After` is only a wish, since giving up would be worse.
  boolean isPersistent() {
    return request.limits().untilNanos() != null;
  }

  /// Whether there may be another attempt after that pause.
  boolean goesOn(int number, long pauseMillis) {
    if (pauseMillis >= millisLeft()) {
      return false;
    }
    if (number < attempts) {
      return true;
    }
    var until = request.limits().untilNanos();
    return until != null
        && number < request.limits().attemptsMax()
        && until.getAsLong() - System.nanoTime() > TimeUnit.MILLISECONDS.toNanos(pauseMillis);
  }
}
