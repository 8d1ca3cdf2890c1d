package dev.onceonly.http.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.http.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class JsonLinesTest {
  private static LogRecord record(Level level, String message) {
    LogRecord record = new LogRecord(level, message);
    record.setLoggerName("dev.onceonly.Test");
    record.setInstant(Instant.parse("2026-05-01T08:00:00.123456Z"));
    return record;
  }

  private static JsonNode line(LogRecord record) {
    String line = new JsonLines().format(record);
    assertThat(line).endsWith("\n").containsOnlyOnce("\n");
    return Json.read(line.strip().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void recordIsOneLine() {
    assertThat(new JsonLines().format(record(Level.INFO, "two\nlines \"quoted\"")))
        .isEqualTo(
            "{\"ts\":\"2026-05-01T08:00:00.123Z\",\"level\":\"info\",\"logger\":\"dev.onceonly.Test\","
                + "\"message\":\"two\\nlines \\\"quoted\\\"\"}\n");
  }

  @Test
  void levelsHaveTheWordsThatCollectorsKnow() {
    List<String> words = new ArrayList<>();
    for (Level level :
        List.of(Level.SEVERE, Level.WARNING, Level.INFO, Level.CONFIG, Level.FINEST)) {
      words.add(line(record(level, "m")).get("level").stringValue());
    }
    assertThat(words).containsExactly("error", "warn", "info", "debug", "debug");
  }

  @Test
  void fieldsStandBesideTheMessage() {
    Logger logger = Logger.getLogger("dev.onceonly.JsonLinesTest");
    logger.setUseParentHandlers(false);
    List<LogRecord> records = new ArrayList<>();
    Handler keeping =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            records.add(record);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(keeping);
    LogFields.of("count", 3).and("run_id", "r1").log(logger, Level.INFO, "swept {0}");
    LogFields.of("count", 3).log(logger, Level.FINE, "not logged");
    assertThat(records).hasSize(1);
    JsonNode line = line(records.getFirst());
    assertThat(line.get("count").longValue()).isEqualTo(3);
    assertThat(line.get("run_id").stringValue()).isEqualTo("r1");
    assertThat(line.get("message").stringValue()).isEqualTo("swept {0}");
  }

  @Test
  void whatWasThrownIsOneField() {
    LogRecord record = record(Level.SEVERE, "failed \uD800");
    record.setThrown(new IllegalStateException("why"));
    JsonNode line = line(record);
    assertThat(line.get("message").stringValue()).isEqualTo("failed ?");
    assertThat(line.get("error").stringValue())
        .startsWith("java.lang.IllegalStateException: why\n\tat ");
  }
}
