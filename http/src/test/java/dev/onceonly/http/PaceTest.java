package dev.onceonly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.http.HttpSettings.Timeouts;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void aPeriodThatIsShortenedMeanwhileEndsNothing() throws InterruptedException {
    for (int i = 0; i < 20_000; i++) {
      Pace pace = new Pace(Timeouts.DEFAULT, nanos::get);
      Thread hurrying = Thread.ofVirtual().start(pace::hurry);
      pace.handlingStarts();
      pace.answerStarts();
      pace.idleStarts();
      pace.bytesCame();
      hurrying.join();
      assertThat(pace.isEnded()).isFalse();
    }
  }

  @Test
  void whatWasEndedMovesNoMoreAndIsClosedASecondLater() {
    Pace pace = new Pace(Timeouts.DEFAULT, nanos::get);
    assertThat(pace.isEndOverdue(Long.MAX_VALUE / 2)).isFalse();
    assertThat(pace.endToMakeRoom()).isEqualTo(Pace.Doing.HEADERS);
    assertThatThrownBy(pace::handlingStarts).isInstanceOf(ConnectionLost.class);
    long second = Duration.ofSeconds(1).toNanos();
    assertThat(pace.isEndOverdue(second)).isFalse();
    assertThat(pace.isEndOverdue(second + 1)).isTrue();
  }
}
