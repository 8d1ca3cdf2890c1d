package dev.onceonly.http.observe;

import dev.onceonly.http.gate.RateLimiter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Lines about what may happen thousands of times a second: of each kind ten at once and then one a
/// second, the next one with how many were `left_out`. Thread-safe.
public final class EventLog {
  static final int LINES_AT_ONCE = 10;
  static final double LINES_PER_SECOND = 1;

  private final Logger logger;
  private final RateLimiter lines;
  private final Map<String, LongAdder> leftOut = new ConcurrentHashMap<>();

  /// Starts with all lines free.
  ///
  /// @param nanoTime a clock that only runs forward, in nanoseconds
  public EventLog(Logger logger, LongSupplier nanoTime) {
    this.logger = logger;
    this.lines = new RateLimiter(LINES_PER_SECOND, LINES_AT_ONCE, nanoTime);
  }

  /// Writes a line, or counts it as left out.
  ///
  /// @param kind of a closed set: each is remembered
  public void write(Level level, String kind, LogFields fields, String message) {
    write(level, kind, fields, message, null);
  }

  /// As above, with what was thrown.
  public void write(
      Level level, String kind, LogFields fields, String message, @Nullable Throwable thrown) {
    if (!logger.isLoggable(level)) {
      return;
    }
    LongAdder missed = leftOut.computeIfAbsent(kind, _ -> new LongAdder());
    if (lines.secondsToWait(kind) > 0) {
      missed.increment();
      return;
    }
    LogRecord line = fields.and("left_out", missed.sumThenReset()).line(logger, level, message);
    line.setThrown(thrown);
    logger.log(line);
  }
}
