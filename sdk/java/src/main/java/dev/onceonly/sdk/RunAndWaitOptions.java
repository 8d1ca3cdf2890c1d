package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Values;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `runAndWait` may be told beside the key.
///
/// @param ttl how long the lease lasts without being extended, in whole seconds; null for the
///   plan's default
/// @param metadata kept with the key: at most 64 KiB of JSON; null for none
/// @param timeout how long to wait in all
/// @param pollMin the shortest pause between two looks at a server that does not know `wait`
/// @param pollMax the longest such pause
/// @param fingerprint 1 to 128 characters that stand for the work's input: a later call with the
///   same key and another fingerprint is refused with 409 `key_reused`
/// @param retryFailed whether a key whose last run failed is acquired again
/// @param autoExtend whether the lease is extended while waiting, if the caller owns it
/// @param extendEvery the pause between two extends
public record RunAndWaitOptions(
    @Nullable Duration ttl,
    @Nullable Map<String, ? extends @Nullable Object> metadata,
    Duration timeout,
    Duration pollMin,
    Duration pollMax,
    @Nullable String fingerprint,
    boolean retryFailed,
    boolean autoExtend,
    Duration extendEvery) {
  private static final RunAndWaitOptions DEFAULTS =
      new RunAndWaitOptions(
          null,
          null,
          Duration.ofSeconds(60),
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          null,
          false,
          true,
          Duration.ofSeconds(30));

  public RunAndWaitOptions {
    metadata = Arguments.frozen(metadata);
    Arguments.fingerprint(fingerprint);
    Arguments.waits(timeout, pollMin, pollMax);
    Arguments.positive("extendEvery", extendEvery);
  }

  /// Every option at its default.
  public static RunAndWaitOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `ttl`.
  public RunAndWaitOptions ttl(@Nullable Duration ttl) {
    return new RunAndWaitOptions(
        ttl,
        metadata,
        timeout,
        pollMin,
        pollMax,
        fingerprint,
        retryFailed,
        autoExtend,
        extendEvery);
  }

  /// A copy with another `metadata`: a map, record or bean as it is, anything else as `{"value":
  /// text}`.
  public RunAndWaitOptions metadata(@Nullable Object metadata) {
    return new RunAndWaitOptions(
        ttl,
        Values.metadata(metadata),
        timeout,
        pollMin,
        pollMax,
        fingerprint,
        retryFailed,
        autoExtend,
        extendEvery);
  }

  /// A copy with another `timeout`.
  public RunAndWaitOptions timeout(Duration timeout) {
    return new RunAndWaitOptions(
        ttl,
        metadata,
        timeout,
        pollMin,
        pollMax,
        fingerprint,
        retryFailed,
        autoExtend,
        extendEvery);
  }

  /// A copy with another `pollMin`.
  public RunAndWaitOptions pollMin(Duration pollMin) {
    return new RunAndWaitOptions(
        ttl,
        metadata,
        timeout,
        pollMin,
        pollMax,
        fingerprint,
        retryFailed,
        autoExtend,
        extendEvery);
  }

  /// A copy with another `pollMax`.
  public RunAndWaitOptions pollMax(Duration pollMax) {
    return new RunAndWaitOptions(
        ttl,
        metadata,
        timeout,
        pollMin,
        pollMax,
        fingerprint,
        retryFailed,
        autoExtend,
        extendEvery);
  }

  /// A copy with another `fingerprint`.
  public RunAndWaitOptions fingerprint(@Nullable String fingerprint) {
    return new RunAndWaitOptions(
        ttl,
        metadata,
        timeout,
        pollMin,
        pollMax,
        fingerprint,
        retryFailed,
        autoExtend,
        extendEvery);
  }

  /// A copy with another `retryFailed`.
  public RunAndWaitOptions retryFailed(boolean retryFailed) {
    return new RunAndWaitOptions(
        ttl,
        metadata,
        timeout,
        pollMin,
        pollMax,
        fingerprint,
        retryFailed,
        autoExtend,
        extendEvery);
  }

  /// A copy with another `autoExtend`.
  public RunAndWaitOptions autoExtend(boolean autoExtend) {
    return new RunAndWaitOptions(
        ttl,
        metadata,
        timeout,
        pollMin,
        pollMax,
        fingerprint,
        retryFailed,
        autoExtend,
        extendEvery);
  }

  /// A copy with another `extendEvery`.
  public RunAndWaitOptions extendEvery(Duration extendEvery) {
    return new RunAndWaitOptions(
        ttl,
        metadata,
        timeout,
        pollMin,
        pollMax,
        fingerprint,
        retryFailed,
        autoExtend,
        extendEvery);
  }
}
