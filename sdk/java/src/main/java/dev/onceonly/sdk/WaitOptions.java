package dev.onceonly.sdk;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How to wait for a run.
///
/// @param timeout how long to wait in all
/// @param pollMin the shortest pause between two looks at a server that does not know `wait`
/// @param pollMax the longest such pause
/// @param leaseId the lease that the caller owns and wants extended while it waits; null for none
/// @param autoExtend whether the lease is extended while waiting, if the caller owns it
/// @param extendEvery the pause between two extends
public record WaitOptions(
    Duration timeout,
    Duration pollMin,
    Duration pollMax,
    @Nullable String leaseId,
    boolean autoExtend,
    Duration extendEvery) {
  private static final WaitOptions DEFAULTS =
      new WaitOptions(
          Duration.ofSeconds(60),
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          null,
          true,
          Duration.ofSeconds(30));

  public WaitOptions {
    Arguments.waits(timeout, pollMin, pollMax);
    Arguments.positive("extendEvery", extendEvery);
  }

  /// Every option at its default.
  public static WaitOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `timeout`.
  public WaitOptions timeout(Duration timeout) {
    return new WaitOptions(timeout, pollMin, pollMax, leaseId, autoExtend, extendEvery);
  }

  /// A copy with another `pollMin`.
  public WaitOptions pollMin(Duration pollMin) {
    return new WaitOptions(timeout, pollMin, pollMax, leaseId, autoExtend, extendEvery);
  }

  /// A copy with another `pollMax`.
  public WaitOptions pollMax(Duration pollMax) {
    return new WaitOptions(timeout, pollMin, pollMax, leaseId, autoExtend, extendEvery);
  }

  /// A copy with another `leaseId`.
  public WaitOptions leaseId(@Nullable String leaseId) {
    return new WaitOptions(timeout, pollMin, pollMax, leaseId, autoExtend, extendEvery);
  }

  /// A copy with another `autoExtend`.
  public WaitOptions autoExtend(boolean autoExtend) {
    return new WaitOptions(timeout, pollMin, pollMax, leaseId, autoExtend, extendEvery);
  }

  /// A copy with another `extendEvery`.
  public WaitOptions extendEvery(Duration extendEvery) {
    return new WaitOptions(timeout, pollMin, pollMax, leaseId, autoExtend, extendEvery);
  }
}
