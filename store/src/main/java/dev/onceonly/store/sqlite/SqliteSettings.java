package dev.onceonly.store.sqlite;

import dev.onceonly.store.LaneLimits;
import java.time.Duration;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// Settings of the embedded store.
///
/// @param walBytesMax about how large the write-ahead log may grow; it decides how long a start
///   after a crash takes
/// @param storageLowBytes free space below which what only records is refused
/// @param leaseRetention how long finished and expired leases are remembered
/// @param feedRetention how long feed items are shown
/// @param synchronous `FULL`, but for the test which proves that anything less loses answers
public record SqliteSettings(
    LaneLimits lane,
    long walBytesMax,
    long storageLowBytes,
    Duration leaseRetention,
    Duration feedRetention,
    SynchronousMode synchronous) {
  public static final SqliteSettings DEFAULT =
      new SqliteSettings(
          LaneLimits.DEFAULT,
          64L << 20,
          256L << 20,
          Duration.ofDays(7),
          Duration.ofDays(7),
          SynchronousMode.FULL);

  public SqliteSettings {
    if (walBytesMax < 1 << 20) {
      throw new IllegalArgumentException("walBytesMax must be at least 1 MiB, was " + walBytesMax);
    }
  }

  public SqliteSettings withLane(LaneLimits limits) {
    return new SqliteSettings(
        limits, walBytesMax, storageLowBytes, leaseRetention, feedRetention, synchronous);
  }
}
