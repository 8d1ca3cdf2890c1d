package dev.onceonly.store;

import dev.onceonly.core.step.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/// The embedded store's clock: the wall clock is read once, no earlier than the last instant that
/// was persisted, and advanced by the monotonic clock. A wall clock that jumps moves no expiry; how
/// far it has drifted is a figure. Microseconds. Thread-safe.
public final class ClockSinceStart implements StoreClock {
  private final InstantSource wall;
  private final LongSupplier nanos;
  private final Instant start;
  private final long startNanos;

  /// Starts now.
  ///
  /// @param floor the last persisted instant
  public ClockSinceStart(InstantSource wall, LongSupplier nanos, Instant floor) {
    this.wall = wall;
    this.nanos = nanos;
    this.startNanos = nanos.getAsLong();
    Instant now = wall.instant();
    this.start = now.isBefore(floor) ? floor : now;
  }

  @Override
  public Instant now() {
    return start.plusNanos(nanos.getAsLong() - startNanos).truncatedTo(ChronoUnit.MICROS);
  }

  /// How far this clock is ahead of the wall clock; negative when it is behind.
  public Duration drift() {
    return Duration.between(wall.instant(), now());
  }
}
