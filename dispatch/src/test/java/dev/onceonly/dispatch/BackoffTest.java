package dev.onceonly.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BackoffTest {

  @ParameterizedTest
  @CsvSource({
    "1, 0, 100",
    "1, 1, 200",
    "2, 0, 200",
    "2, 1, 400",
    "3, 0.5, 600",
    "5, 1, 3200",
    "6, 1, 5000",
    "11, 1, 5000",
    "1000, 0, 2500"
  })
  void doublesUpToFiveSecondsHalfOfItByChance(int attempt, double chance, long ms) {
    assertThat(Backoff.after(attempt, null, chance)).isEqualTo(Duration.ofMillis(ms));
  }

  @Test
  void takesWhatTheToolAsksForUpToFiveSeconds() {
    assertThat(Backoff.after(1, Duration.ofSeconds(3), 1)).isEqualTo(Duration.ofSeconds(3));
    assertThat(Backoff.after(1, Duration.ofSeconds(999_999_999), 1))
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(Backoff.after(1, Duration.ZERO, 1)).isEqualTo(Duration.ofMillis(200));
  }
}
