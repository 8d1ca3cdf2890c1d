package dev.onceonly.http.observe;

import dev.onceonly.http.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Writes each log record as one line of JSON: `ts` (UTC), `level`, `logger`, `message`, the
/// record's [LogFields], and `error` with the stack trace where something was thrown. Thread-safe.
public final class JsonLines extends Formatter {
  @Override
  public String format(LogRecord record) {
    LogFields fields = fieldsOf(record);
    // A message with fields beside it is complete; its braces are no places for parameters.
    String message = fields == null ? formatMessage(record) : record.getMessage();
    ObjectNode line =
        Json.object()
            .put("ts", record.getInstant().truncatedTo(ChronoUnit.MILLIS).toString())
            .put("level", level(record.getLevel()))
            .put("logger", record.getLoggerName())
            .put("message", wellFormed(message));
    if (fields != null) {
      fields.asMap().forEach((name, value) -> line.set(name, Json.tree(value)));
    }
    Throwable thrown = record.getThrown();
    if (thrown != null) {
      line.put("error", wellFormed(stackTrace(thrown)));
    }
    return Json.text(line) + "\n";
  }

  private static @Nullable LogFields fieldsOf(LogRecord record) {
    Object[] parameters = record.getParameters();
    return parameters != null && parameters.length == 1 && parameters[0] instanceof LogFields fields
        ? fields
        : null;
  }

  // The words that log collectors know.
  private static String level(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "error";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "warn";
    }
    return level.intValue() >= Level.INFO.intValue() ? "info" : "debug";
  }

  private static String stackTrace(Throwable thrown) {
    StringWriter text = new StringWriter();
    try (PrintWriter writer = new PrintWriter(text)) {
      thrown.printStackTrace(writer);
    }
    return text.toString();
  }

  // A message may quote anything; half a surrogate pair can't be written as UTF-8.
  private static String wellFormed(String text) {
    return text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
