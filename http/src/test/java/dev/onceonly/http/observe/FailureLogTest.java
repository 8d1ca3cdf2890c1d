package dev.onceonly.http.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.http.observe.FailureLog.Place;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailureLogTest {
  private static final Logger LOGGER = Logger.getLogger(FailureLog.class.getName());
  private static final Place PLACE = new Place("/v1/check-lock", "req_1");

  private final List<String> lines = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final ServerMetrics metrics = new ServerMetrics();
  private final FailureLog log = new FailureLog(metrics.registry(), nanos::get);
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(new JsonLines().format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    LOGGER.addHandler(handler);
  }

  @AfterEach
  void stop() {
    LOGGER.removeHandler(handler);
  }

  @Test
  void aFaultIsToldWithItsCauseAndItsPlace() {
    log.thrown(PLACE, new Failure(ErrorCode.STORAGE_UNAVAILABLE, "the disk is full"));
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .contains(
            "\"level\":\"warn\"",
            "\"message\":\"answered with a fault: the disk is full\"",
            "\"code\":\"storage_unavailable\"",
            "\"route\":\"/v1/check-lock\"",
            "\"request_id\":\"req_1\"");
  }

  @Test
  void whatIsNotOursComesWithItsTrace() {
    log.thrown(PLACE, new IllegalStateException("a bug"));
    assertThat(lines.getFirst())
        .contains("\"level\":\"error\"", "a bug", "FailureLogTest", "\"code\":\"internal\"");
  }

  @Test
  void refusalsAreCountedOnly() {
    log.thrown(PLACE, new Failure(ErrorCode.RATE_LIMITED, "slow down"));
    assertThat(lines).isEmpty();
    assertThat(scraped()).contains("onceonly_errors_total{code=\"rate_limited\"} 1.0");
  }

  @Test
  void everyCodeHasItsSeries() {
    for (ErrorCode code : ErrorCode.values()) {
      log.count(code);
    }
    assertThat(scraped().lines().filter(line -> line.startsWith("onceonly_errors_total{")))
        .hasSize(ErrorCode.values().length)
        .allMatch(line -> line.endsWith(" 1.0"));
  }

  @Test
  void linesOfOneKindAreBoundedAndTheRestIsCounted() {
    for (int i = 0; i < 100; i++) {
      log.thrown(PLACE, new Failure(ErrorCode.UNKNOWN_OUTCOME, "flush"));
    }
    assertThat(lines).hasSize(EventLog.LINES_AT_ONCE);
    log.thrown(PLACE, new IllegalStateException("another kind"));
    assertThat(lines).hasSize(EventLog.LINES_AT_ONCE + 1);
    nanos.addAndGet(1_000_000_000L);
    log.thrown(PLACE, new Failure(ErrorCode.UNKNOWN_OUTCOME, "flush"));
    assertThat(lines.getLast()).contains("\"left_out\":90");
    assertThat(scraped()).contains("onceonly_errors_total{code=\"unknown_outcome\"} 101.0");
  }

  private String scraped() {
    return new String(metrics.text(), StandardCharsets.UTF_8);
  }
}
