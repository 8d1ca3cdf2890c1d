package dev.onceonly.http.observe;

import java.util.logging.Level;
import java.util.logging.Logger;

/// One line for each request, where that is switched on. It names the pattern of the path and never
/// the path or the query, which callers fill. Thread-safe.
public final class AccessLog {
  private static final Logger LOGGER = Logger.getLogger(AccessLog.class.getName());
  private static final double NANOS_PER_MS = 1e6;
  private static final double HUNDREDTHS = 100;

  private volatile boolean on;

  public AccessLog(boolean on) {
    this.on = on;
  }

  /// From now on each request has a line, or none has.
  public void switchTo(boolean lines) {
    on = lines;
  }

  /// How a request was answered.
  ///
  /// @param status 499 where nobody was there to be answered
  /// @param tookNanos from the last header read to the answer sent
  /// @param bytes of the body that were sent
  public record Answered(int status, long tookNanos, long bytes) {}

  /// A request is over.
  ///
  /// @param method `none` where no route was found
  public void write(String method, FailureLog.Place place, Answered answered) {
    if (!on) {
      return;
    }
    double ms = Math.round(answered.tookNanos / NANOS_PER_MS * HUNDREDTHS) / HUNDREDTHS;
    place
        .fields("request")
        .and("method", method)
        .and("status", answered.status)
        .and("ms", ms)
        .and("bytes", answered.bytes)
        .log(LOGGER, Level.INFO, "answered");
  }
}
