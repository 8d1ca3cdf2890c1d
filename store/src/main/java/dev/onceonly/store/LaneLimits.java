package dev.onceonly.store;

import java.time.Duration;

/// Bounds of the lane. They count a step as its [dev.onceonly.core.step.Step#weight], about the
/// claims that it makes; a step that is heavier than a bound still passes where nothing else is
/// counted. Steps with free passage pass the first two.
///
/// @param queueMax waiting in all
/// @param namespaceQueueMax of one namespace waiting
/// @param batchMax in one transaction; 1 is one transaction per request
/// @param flushSlow a transaction that takes longer makes the lane not ready
public record LaneLimits(int queueMax, int namespaceQueueMax, int batchMax, Duration flushSlow) {
  public static final LaneLimits DEFAULT = new LaneLimits(8_192, 2_048, 512);

  public LaneLimits {
    if (queueMax < 1 || namespaceQueueMax < 1 || namespaceQueueMax > queueMax || batchMax < 1) {
      throw new IllegalArgumentException(
          "the lane needs 1 <= namespaceQueueMax <= queueMax and batchMax >= 1");
    }
    if (!flushSlow.isPositive()) {
      throw new IllegalArgumentException("flushSlow must be positive, was " + flushSlow);
    }
  }

  /// With five seconds for a transaction.
  public LaneLimits(int queueMax, int namespaceQueueMax, int batchMax) {
    this(queueMax, namespaceQueueMax, batchMax, Duration.ofSeconds(5));
  }

  public LaneLimits withFlushSlow(Duration longest) {
    return new LaneLimits(queueMax, namespaceQueueMax, batchMax, longest);
  }
}
