package dev.onceonly.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A flood of faults is a few lines and a count.
final class BoundedLogTest {
  private final List<String> lines = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final BoundedLog log = new BoundedLog(new Lines(), nanos::get);

  @Test
  void aMinuteHasSoManyLinesAndTheNextOneSaysHowManyWereLeftOut() {
    write(BoundedLog.LINES_PER_MINUTE);
    assertThat(lines).hasSize(BoundedLog.LINES_PER_MINUTE);
    write(3);
    nanos.addAndGet(TimeUnit.MINUTES.toNanos(1) - 1);
    write(1);
    assertThat(lines).hasSize(BoundedLog.LINES_PER_MINUTE);
    nanos.incrementAndGet();
    write(2);
    assertThat(lines).hasSize(BoundedLog.LINES_PER_MINUTE + 2);
    assertThat(lines.get(BoundedLog.LINES_PER_MINUTE)).isEqualTo("a fault (4 lines were left out)");
    assertThat(lines.getLast()).isEqualTo("a fault");
  }

  private void write(int times) {
    for (int i = 0; i < times; i++) {
      log.write(Level.WARNING, "a fault", new IllegalStateException("why"));
    }
  }

  private final class Lines implements System.Logger {
    @Override
    public String getName() {
      return "test";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
      assertThat(thrown).hasMessage("why");
      lines.add(message);
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        String format,
        @Nullable Object @Nullable ... parameters) {
      lines.add(format);
    }
  }
}
