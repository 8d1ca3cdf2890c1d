package dev.onceonly.sdk;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How to wait for a run. Mutable: a verb makes one, hands it to the function that it is given, and
/// reads it at once.
public final class WaitOptions {
  Duration timeout = Duration.ofMinutes(1);
  Duration pollMin = Duration.ofMillis(500);
  Duration pollMax = Duration.ofSeconds(5);
  @Nullable String leaseId;
  boolean autoExtend = true;
  Duration extendEvery = Duration.ofSeconds(30);

  WaitOptions() {}

  /// How long and how often to look.
  Waiting.Pace pace() {
    return new Waiting.Pace(timeout, pollMin, pollMax);
  }

  /// How long to wait in all; a minute unless set.
  ///
  /// @throws IllegalArgumentException if it is negative
  public WaitOptions timeout(Duration timeout) {
    this.timeout = Arguments.notNegative("timeout", timeout);
    return this;
  }

  /// The shortest pause between two looks at a server that does not know `wait`; half a second
  /// unless set.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  public WaitOptions pollMin(Duration pollMin) {
    this.pollMin = Arguments.positive("pollMin", pollMin);
    return this;
  }

  /// The longest such pause; 5 seconds unless set.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  public WaitOptions pollMax(Duration pollMax) {
    this.pollMax = Arguments.positive("pollMax", pollMax);
    return this;
  }

  /// The lease that the caller owns and wants extended while it waits; none unless set.
  public WaitOptions leaseId(@Nullable String leaseId) {
    this.leaseId = leaseId;
    return this;
  }

  /// Whether the lease is extended while waiting, if the caller owns it; it is unless turned off.
  public WaitOptions autoExtend(boolean autoExtend) {
    this.autoExtend = autoExtend;
    return this;
  }

  /// The pause between two extends; 30 seconds unless set.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  public WaitOptions extendEvery(Duration extendEvery) {
    this.extendEvery = Arguments.positive("extendEvery", extendEvery);
    return this;
  }
}
