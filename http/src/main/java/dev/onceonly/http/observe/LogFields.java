package dev.onceonly.http.observe;

import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// A log line with fields beside its message. Fields are ids, counts and codes; never a header, a
/// body or a key.
public final class LogFields {
  private final Map<String, Object> fields = new TreeMap<>();

  /// Fields that begin with what has happened, as one word that a machine can look for.
  public static LogFields event(String name) {
    return of("event", name);
  }

  public static LogFields of(String name, Object value) {
    return new LogFields().and(name, value);
  }

  public LogFields and(String name, Object value) {
    fields.put(name, value);
    return this;
  }

  /// Logs one line.
  public void log(Logger logger, Level level, String message) {
    if (logger.isLoggable(level)) {
      logger.log(line(logger, level, message));
    }
  }

  /// A line that is yet to be logged.
  public LogRecord line(Logger logger, Level level, String message) {
    LogRecord record = new LogRecord(level, message);
    record.setLoggerName(logger.getName());
    record.setParameters(new Object[] {this});
    return record;
  }

  Map<String, Object> asMap() {
    return fields;
  }
}
