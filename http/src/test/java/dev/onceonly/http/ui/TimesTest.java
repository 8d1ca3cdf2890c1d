package dev.onceonly.http.ui;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimesTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 ms",
    "999, 999 ms",
    "1000, 1.00 s",
    "9999, 9.99 s",
    "10000, 10.0 s",
    "59999, 59.9 s",
    "60000, 1 min 0 s",
    "3599999, 59 min 59 s",
    "3600000, 1 h 0 min",
    "86399999, 23 h 59 min",
    "86400000, 1 d 0 h",
    "1000000000000, 11574 d 1 h"
  })
  void aSpanIsShownInItsLargestUnits(long ms, String shown) {
    assertThat(Times.span(ms)).isEqualTo(shown);
  }

  @Test
  void anInstantIsShownInUtcUpToTheLastOne() {
    assertThat(Times.At.ofSeconds(1_777_622_400))
        .isEqualTo(new Times.At("1 May 2026, 08:00:00 UTC", "2026-05-01T08:00:00Z"));
    assertThat(Times.At.ofSeconds(253_402_300_799L).text()).isEqualTo("31 Dec 9999, 23:59:59 UTC");
  }
}
