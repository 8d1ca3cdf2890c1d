package dev.onceonly.http.gate;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// A token bucket for each API key. A bucket is one number, the instant at which it would be full
/// again, so taking a permit is one compare-and-set. Thread-safe.
public final class RateLimiter {
  /// Above so many buckets the full ones are dropped: a full bucket and none are the same. Where
  /// all are in use, further keys share one.
  static final int BUCKETS_MAX = 10_000;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final long nanosPerPermit;
  private final long toleranceNanos;
  private final LongSupplier nanoTime;
  private final ConcurrentHashMap<String, AtomicLong> fullAtNanos = new ConcurrentHashMap<>();
  private final AtomicLong sharedFullAtNanos;
  private final AtomicLong droppedAtNanos;

  /// Sets the rate of every key.
  ///
  /// @param permitsPerSecond 0 switches the limit off
  /// @param burst how many may come at once, at least 1
  /// @param nanoTime a clock that only runs forward, in nanoseconds
  public RateLimiter(double permitsPerSecond, int burst, LongSupplier nanoTime) {
    if (!(permitsPerSecond >= 0 && permitsPerSecond <= 1e6)) {
      throw new IllegalArgumentException(
          "requests per second are 0 to 1,000,000, was " + permitsPerSecond);
    }
    if (burst < 1 || burst > 1_000_000) {
      throw new IllegalArgumentException("burst is 1 to 1,000,000, was " + burst);
    }
    this.nanosPerPermit =
        permitsPerSecond == 0 ? 0 : Math.round(NANOS_PER_SECOND / permitsPerSecond);
    this.toleranceNanos = (burst - 1) * nanosPerPermit;
    this.nanoTime = nanoTime;
    long now = nanoTime.getAsLong();
    this.sharedFullAtNanos = new AtomicLong(now);
    this.droppedAtNanos = new AtomicLong(now - NANOS_PER_SECOND);
  }

  /// Takes one permit.
  ///
  /// @return 0 where there was one, else after how many seconds there will be
  public int secondsToWait(String keyId) {
    if (nanosPerPermit == 0) {
      return 0;
    }
    long now = nanoTime.getAsLong();
    AtomicLong bucket = bucket(keyId, now);
    while (true) {
      long fullAt = bucket.get();
      // Differences, because a nanosecond clock may pass Long.MAX_VALUE.
      long ahead = Math.max(fullAt - now, 0);
      if (ahead > toleranceNanos) {
        return Math.toIntExact(Math.ceilDiv(ahead - toleranceNanos, NANOS_PER_SECOND));
      }
      if (bucket.compareAndSet(fullAt, now + ahead + nanosPerPermit)) {
        return 0;
      }
    }
  }

  private AtomicLong bucket(String keyId, long now) {
    AtomicLong bucket = fullAtNanos.get(keyId);
    if (bucket != null) {
      return bucket;
    }
    if (fullAtNanos.size() >= BUCKETS_MAX) {
      dropFull(now);
      if (fullAtNanos.size() >= BUCKETS_MAX) {
        return sharedFullAtNanos;
      }
    }
    return fullAtNanos.computeIfAbsent(keyId, ignored -> new AtomicLong(now));
  }

  // Goes through all of them, so not for every key that is new.
  private void dropFull(long now) {
    long before = droppedAtNanos.get();
    if (now - before >= NANOS_PER_SECOND && droppedAtNanos.compareAndSet(before, now)) {
      fullAtNanos.values().removeIf(candidate -> candidate.get() - now <= 0);
    }
  }

  int bucketCount() {
    return fullAtNanos.size();
  }
}
