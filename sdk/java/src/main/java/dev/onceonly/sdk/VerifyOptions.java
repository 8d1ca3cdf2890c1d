package dev.onceonly.sdk;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How a dispatch is verified. Mutable: `Dispatch.verify` makes one, hands it to the function that
/// it is given, and reads it at once.
public final class VerifyOptions {
  Duration tolerance = Duration.ofMinutes(5);
  @Nullable Instant now;
  boolean allowV1;

  VerifyOptions() {}

  /// How far the dispatch's time may be from now, in either direction; 5 minutes unless set.
  ///
  /// @throws IllegalArgumentException if it is negative
  public VerifyOptions tolerance(Duration tolerance) {
    this.tolerance = Arguments.notNegative("tolerance", tolerance);
    return this;
  }

  /// What time it is; that of the system unless set.
  public VerifyOptions now(@Nullable Instant now) {
    this.now = now;
    return this;
  }

  /// Whether `X-OnceOnly-Signature` alone is enough, with which nobody signs the time; not unless
  /// set.
  public VerifyOptions allowV1(boolean allowV1) {
    this.allowV1 = allowV1;
    return this;
  }
}
