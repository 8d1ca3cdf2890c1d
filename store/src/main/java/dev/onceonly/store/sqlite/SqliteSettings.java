package dev.onceonly.store.sqlite;

import dev.onceonly.store.LaneLimits;
import java.time.Duration;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// Settings of the embedded store.
///
/// @param walBytesMax about how large the write-ahead log may grow; it decides how long a start
///   after a crash takes
/// @param storageLowBytes free space below which what only records is refused
/// @param retention how long what is over is kept
/// @param readTimeout how long a caller's read may take, its waiting included
/// @param synchronous `FULL`, but for the test which proves that anything less loses answers
public record SqliteSettings(
    LaneLimits lane,
    long walBytesMax,
    long storageLowBytes,
    Retention retention,
    Duration readTimeout,
    SynchronousMode synchronous) {
  public static final SqliteSettings DEFAULT =
      new SqliteSettings(
          LaneLimits.DEFAULT,
          64L << 20,
          256L << 20,
          new Retention(
              Duration.ofDays(7),
              Duration.ofDays(7),
              Duration.ofDays(30),
              Duration.ofDays(7),
              Duration.ofDays(7)),
          Duration.ofSeconds(4),
          SynchronousMode.FULL);

  /// How long what is over is kept.
  ///
  /// @param leases finished and expired leases, and governed calls that are settled
  /// @param feed items of the recent feed, which are hidden then
  /// @param runEvents since they were stored
  /// @param audit entries of the audit log
  /// @param agents since they were last seen, those without policy, disabling or unsettled call
  public record Retention(
      Duration leases, Duration feed, Duration runEvents, Duration audit, Duration agents) {}

  public SqliteSettings {
    if (walBytesMax < 1 << 20) {
      throw new IllegalArgumentException("walBytesMax must be at least 1 MiB, was " + walBytesMax);
    }
  }

  public SqliteSettings withLane(LaneLimits limits) {
    return new SqliteSettings(
        limits, walBytesMax, storageLowBytes, retention, readTimeout, synchronous);
  }
}
