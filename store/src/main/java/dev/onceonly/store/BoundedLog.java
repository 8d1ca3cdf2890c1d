package dev.onceonly.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A log for what may happen thousands of times a second: at most so many lines a minute, and the
/// next line says how many were left out. Thread-safe.
public final class BoundedLog {
  static final int LINES_PER_MINUTE = 10;
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Logger log;
  private final LongSupplier nanos;
  private long minuteStart;
  private int written;
  private long leftOut;

  /// @param nanos a monotonic clock
  public BoundedLog(Logger log, LongSupplier nanos) {
    this.log = log;
    this.nanos = nanos;
    this.minuteStart = nanos.getAsLong();
  }

  /// Writes a line, or counts it.
  ///
  /// @param cause what is behind it
  public synchronized void write(Level level, String message, @Nullable Throwable cause) {
    long now = nanos.getAsLong();
    if (now - minuteStart >= MINUTE_NANOS) {
      minuteStart = now;
      written = 0;
    }
    if (written == LINES_PER_MINUTE) {
      leftOut++;
      return;
    }
    written++;
    String line = leftOut == 0 ? message : message + " (" + leftOut + " lines were left out)";
    leftOut = 0;
    log.log(level, line, cause);
  }
}
