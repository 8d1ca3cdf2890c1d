package dev.onceonly.server.config;

import dev.onceonly.store.LaneLimits;

/// How state is kept.
///
/// @param readTimeoutMs how long a read may take, its waiting included
/// @param flushSlowMs a flush that takes longer makes the server not ready
/// @param dataMustExist whether a start makes no store where there is none
public record StorageSettings(
    LaneLimits lane,
    long walBytesMax,
    long storageLowBytes,
    Retention retention,
    int readTimeoutMs,
    boolean acceptClock,
    int flushSlowMs,
    boolean dataMustExist) {

  /// Days that what is over is kept: finished leases and settled calls, feed items, run events,
  /// audit entries, agents that are not seen any more.
  public record Retention(
      int leaseDays, int feedDays, int runEventDays, int auditDays, int agentDays) {}

  private static final int WAL_MIB_64 = 64 << 20;
  private static final int LOW_MIB_256 = 256 << 20;

  static StorageSettings read(SettingSource source) {
    LaneLimits defaults = LaneLimits.DEFAULT;
    int queueMax = source.integer("queue_max_steps", 1, 1_000_000, defaults.queueMax());
    int shareMax =
        source.integer(
            "queue_max_steps_per_namespace",
            1,
            queueMax,
            Math.min(queueMax, defaults.namespaceQueueMax()));
    return new StorageSettings(
        new LaneLimits(
            queueMax, shareMax, source.integer("batch_max_steps", 1, 100_000, defaults.batchMax())),
        source.number("wal_bytes_max", 1 << 20, 8L << 30, WAL_MIB_64),
        source.number("storage_low_bytes", 0, Long.MAX_VALUE, LOW_MIB_256),
        new Retention(
            source.integer("lease_retention_days", 1, 3_650, 7),
            source.integer("feed_retention_days", 1, 3_650, 7),
            source.integer("run_event_retention_days", 1, 3_650, 30),
            source.integer("audit_retention_days", 1, 3_650, 7),
            source.integer("agent_retention_days", 1, 3_650, 7)),
        source.integer("read_timeout_ms", 10, 600_000, 4_000),
        source.flag("accept_clock", false),
        source.integer("flush_slow_ms", 100, 600_000, 5_000),
        source.flag("data_must_exist", false));
  }
}
