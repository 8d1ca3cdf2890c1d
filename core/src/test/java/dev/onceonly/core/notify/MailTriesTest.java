package dev.onceonly.core.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MailTriesTest {
  private static final MailRow ROW = new MailRow("text", 1_000, 0, 1_000L);

  @Test
  void theWaitsDoubleUntilTheEighthTry() {
    List<Long> minutes = new ArrayList<>();
    int tried = 1;
    for (Long next = MailTries.nextAtMs(ROW, tried, 5_000);
        next != null;
        next = MailTries.nextAtMs(ROW, tried, 5_000)) {
      minutes.add(Duration.ofMillis(next - 5_000).toMinutes());
      tried++;
    }
    assertThat(minutes).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L);
    assertThat(tried).isEqualTo(MailTries.MAX);
  }

  @Test
  void nothingIsTriedADayAfterItsCause() {
    long day = Duration.ofDays(1).toMillis();
    assertThat(MailTries.nextAtMs(ROW, 1, 1_000 + day - 60_001)).isEqualTo(1_000 + day - 1);
    assertThat(MailTries.nextAtMs(ROW, 1, 1_000 + day - 60_000)).isNull();
    assertThat(MailTries.isTooLate(ROW, 1_000 + day - 1)).isFalse();
    assertThat(MailTries.isTooLate(ROW, 1_000 + day)).isTrue();
  }
}
