package dev.onceonly.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A log whose reader is slow, or gone.
@Timeout(60)
class LogQueueTest {
  private final Slow reader = new Slow();
  private final LogQueue queue = LogQueue.to(new PrintStream(reader, true, StandardCharsets.UTF_8));

  /// Takes nothing until it is let.
  private static final class Slow extends OutputStream {
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch let = new CountDownLatch(1);

    @Override
    public void write(int oneByte) {
      write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      asked.countDown();
      try {
        let.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      taken.write(bytes, offset, length);
    }
  }

  @Test
  void linesAreWrittenInTheirOrderBeforeItIsClosed() {
    reader.let.countDown();
    for (int i = 0; i < 5_000; i++) {
      log("line " + i);
    }

    queue.close();

    List<String> lines = lines();
    assertThat(lines).hasSize(5_000);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i)).contains("\"message\":\"line " + i + "\"");
    }
  }

  @Test
  void whoLogsNeverWaitsAndWhatIsLostIsCounted() throws Exception {
    log("first");
    reader.asked.await();
    for (int i = 0; i < LogQueue.LINES_MAX + 7; i++) {
      log("line " + i);
    }
    reader.let.countDown();
    assertThat(queue.flushed()).isTrue();
    log("last");
    queue.close();

    List<String> lines = lines();
    assertThat(lines).hasSize(1 + LogQueue.LINES_MAX + 2);
    assertThat(lines.get(LogQueue.LINES_MAX)).contains("line " + (LogQueue.LINES_MAX - 1) + "\"");
    assertThat(lines.get(LogQueue.LINES_MAX + 1))
        .contains("\"event\":\"log_lines_lost\"", "\"lines\":7", "\"level\":\"warn\"");
    assertThat(lines.getLast()).contains("last");
  }

  @Test
  void longLinesAreBoundedByTheirBytes() throws Exception {
    log("first");
    reader.asked.await();
    String long64 = "x".repeat(64 << 10);
    for (int i = 0; i < 100; i++) {
      log(long64);
    }
    reader.let.countDown();
    queue.close();

    Await.until(() -> lines().getLast().contains("log_lines_lost"));
    assertThat(reader.taken.size()).isLessThan(LogQueue.BYTES_MAX + (64 << 10));
  }

  @Test
  void anEndWaitsASecondAtMostAndOnlyOnce() throws Exception {
    log("first");
    reader.asked.await();
    long began = System.nanoTime();

    assertThat(queue.flushed()).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(LogQueue.FLUSH_MAX);
    long again = System.nanoTime();
    queue.close();

    assertThat(Duration.ofNanos(System.nanoTime() - again)).isLessThan(LogQueue.FLUSH_MAX);
    reader.let.countDown();
  }

  private void log(String message) {
    LogRecord record = new LogRecord(Level.INFO, message);
    record.setLoggerName("test");
    queue.publish(record);
  }

  private List<String> lines() {
    return reader.taken.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
