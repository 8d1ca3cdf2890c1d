package dev.onceonly.testkit;

import dev.onceonly.core.step.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// A wall clock and a monotonic clock that stand still until a test moves them. Thread-safe.
public final class ManualTime {
  private final Instant start;
  private final AtomicLong elapsedNanos = new AtomicLong();
  private final AtomicLong wallJumpNanos = new AtomicLong();

  public ManualTime(Instant start) {
    this.start = start;
  }

  /// The time that passes: the start and every [#advance(Duration)] since, no jumps.
  public Instant now() {
    return start.plusNanos(elapsedNanos.get()).truncatedTo(ChronoUnit.MICROS);
  }

  /// The wall clock: what has passed, and its own jumps.
  public InstantSource wall() {
    return () -> start.plusNanos(elapsedNanos.get() + wallJumpNanos.get());
  }

  /// The monotonic clock; counts from an arbitrary number, which is negative as `nanoTime` may be.
  public LongSupplier nanos() {
    return () -> elapsedNanos.get() - 1_000_000_007L;
  }

  /// A store's clock that follows [#now()].
  public StoreClock storeClock() {
    return this::now;
  }

  /// Time passes, on both clocks.
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time does not run backwards, was " + by);
    }
    elapsedNanos.addAndGet(by.toNanos());
  }

  public void advanceMs(long ms) {
    advance(Duration.ofMillis(ms));
  }

  /// Somebody sets the wall clock; the monotonic one does not notice.
  public void jumpWall(Duration by) {
    wallJumpNanos.addAndGet(by.toNanos());
  }
}
