package dev.onceonly.http.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimiterTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong();

  private int taken(RateLimiter limiter, String key, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += limiter.secondsToWait(key) == 0 ? 1 : 0;
    }
    return taken;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5 * SECOND, Long.MAX_VALUE - SECOND, Long.MIN_VALUE})
  void burstIsTakenAtOnceAndThenTheRate(long start) {
    nanos.set(start);
    RateLimiter limiter = new RateLimiter(10, 20, nanos::get);
    assertThat(taken(limiter, "a", 30)).isEqualTo(20);
    nanos.addAndGet(SECOND);
    assertThat(taken(limiter, "a", 30)).isEqualTo(10);
    nanos.addAndGet(SECOND / 10 - 1);
    assertThat(taken(limiter, "a", 2)).isZero();
    nanos.addAndGet(1);
    assertThat(taken(limiter, "a", 2)).isEqualTo(1);
    nanos.addAndGet(3_600 * SECOND);
    assertThat(taken(limiter, "a", 30)).isEqualTo(20);
  }

  @Test
  void oneKeyTakesNothingFromAnother() {
    RateLimiter limiter = new RateLimiter(1, 1, nanos::get);
    assertThat(limiter.secondsToWait("a")).isZero();
    assertThat(limiter.secondsToWait("b")).isZero();
    assertThat(limiter.secondsToWait("a")).isEqualTo(1);
  }

  @Test
  void waitIsRoundedUpToWholeSeconds() {
    RateLimiter slow = new RateLimiter(0.1, 1, nanos::get);
    assertThat(slow.secondsToWait("a")).isZero();
    assertThat(slow.secondsToWait("a")).isEqualTo(10);
    nanos.addAndGet(9 * SECOND + 1);
    assertThat(slow.secondsToWait("a")).isEqualTo(1);
  }

  @Test
  void zeroSwitchesItOff() {
    RateLimiter off = new RateLimiter(0, 1, nanos::get);
    assertThat(taken(off, "a", 1_000)).isEqualTo(1_000);
    assertThat(off.bucketCount()).isZero();
  }

  @Test
  void fullBucketsAreDroppedWhenThereAreMany() {
    RateLimiter limiter = new RateLimiter(1, 5, nanos::get);
    for (int i = 1; i < RateLimiter.BUCKETS_MAX; i++) {
      limiter.secondsToWait("key" + i);
    }
    nanos.addAndGet(SECOND - 1);
    taken(limiter, "busy", 5);
    assertThat(limiter.bucketCount()).isEqualTo(RateLimiter.BUCKETS_MAX);
    nanos.addAndGet(1);
    limiter.secondsToWait("one more");
    assertThat(limiter.bucketCount()).isEqualTo(2);
    assertThat(limiter.secondsToWait("busy")).isPositive();
  }

  @Test
  void whereAllBucketsAreInUseFurtherKeysShareOne() {
    RateLimiter limiter = new RateLimiter(1, 2, nanos::get);
    for (int i = 0; i < RateLimiter.BUCKETS_MAX; i++) {
      limiter.secondsToWait("key" + i);
    }
    assertThat(limiter.secondsToWait("one more")).isZero();
    assertThat(limiter.secondsToWait("another")).isZero();
    assertThat(limiter.secondsToWait("a third")).isPositive();
    assertThat(limiter.secondsToWait("key7")).isZero();
    assertThat(limiter.bucketCount()).isEqualTo(RateLimiter.BUCKETS_MAX);
  }

  @Test
  void parallelCallersGetNoMoreThanTheBurst() throws InterruptedException, ExecutionException {
    RateLimiter limiter = new RateLimiter(1, 100, nanos::get);
    AtomicInteger taken = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        running.add(threads.submit(() -> taken.addAndGet(taken(limiter, "a", 1_000))));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
    assertThat(taken).hasValue(100);
  }

  @Test
  void senselessRatesAreRefused() {
    assertThatThrownBy(() -> new RateLimiter(-1, 1, nanos::get)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new RateLimiter(Double.NaN, 1, nanos::get))
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> new RateLimiter(1, 0, nanos::get)).hasMessageContaining("burst");
  }
}
