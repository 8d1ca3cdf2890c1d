package dev.onceonly.store;

/// Bounds of the lane.
///
/// @param queueMax steps waiting in all
/// @param namespaceQueueMax steps of one namespace waiting
/// @param batchMax steps in one transaction; 1 is one transaction per request
public record LaneLimits(int queueMax, int namespaceQueueMax, int batchMax) {
  public static final LaneLimits DEFAULT = new LaneLimits(8_192, 2_048, 512);

  public LaneLimits {
    if (queueMax < 1 || namespaceQueueMax < 1 || namespaceQueueMax > queueMax || batchMax < 1) {
      throw new IllegalArgumentException(
          "the lane needs 1 <= namespaceQueueMax <= queueMax and batchMax >= 1");
    }
  }
}
