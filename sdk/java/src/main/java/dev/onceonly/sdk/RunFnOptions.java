package dev.onceonly.sdk;

import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.internal.json.Values;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How a function is run exactly once.
///
/// @param ttl how long the lease lasts without being extended, in whole seconds
/// @param metadata kept with the key: at most 64 KiB of JSON; null for none
/// @param extendEvery the pause between two extends
/// @param waitOnConflict whether to wait for the result of another who runs the key now
/// @param timeout how long to wait in all
/// @param pollMin the shortest pause between two looks at a server that does not know `wait`
/// @param pollMax the longest such pause
/// @param errorCode what a failed function is recorded as
/// @param onLeaseLost called once, in a thread of the client, with the answer that says that the
///   lease is lost
/// @param fingerprint 1 to 128 characters that stand for the work's input: a later call with the
///   same key and another fingerprint is refused with 409 `key_reused`
/// @param retryFailed whether a key whose last run failed is acquired again
public record RunFnOptions(
    Duration ttl,
    @Nullable Map<String, ? extends @Nullable Object> metadata,
    Duration extendEvery,
    boolean waitOnConflict,
    Duration timeout,
    Duration pollMin,
    Duration pollMax,
    String errorCode,
    @Nullable Consumer<OnceOnlyException> onLeaseLost,
    @Nullable String fingerprint,
    boolean retryFailed) {
  private static final RunFnOptions DEFAULTS =
      new RunFnOptions(
          Duration.ofSeconds(300),
          null,
          Duration.ofSeconds(30),
          true,
          Duration.ofSeconds(60),
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          "fn_error",
          null,
          null,
          false);

  public RunFnOptions {
    metadata = Arguments.frozen(metadata);
    Arguments.fingerprint(fingerprint);
    Arguments.text("errorCode", errorCode);
    Arguments.waits(timeout, pollMin, pollMax);
    Arguments.positive("extendEvery", extendEvery);
  }

  /// Every option at its default.
  public static RunFnOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `ttl`.
  public RunFnOptions ttl(Duration ttl) {
    return new RunFnOptions(
        ttl,
        metadata,
        extendEvery,
        waitOnConflict,
        timeout,
        pollMin,
        pollMax,
        errorCode,
        onLeaseLost,
        fingerprint,
        retryFailed);
  }

  /// A copy with another `metadata`: a map, record or bean as it is, anything else as `{"value":
  /// text}`.
  public RunFnOptions metadata(@Nullable Object metadata) {
    return new RunFnOptions(
        ttl,
        Values.metadata(metadata),
        extendEvery,
        waitOnConflict,
        timeout,
        pollMin,
        pollMax,
        errorCode,
        onLeaseLost,
        fingerprint,
        retryFailed);
  }

  /// A copy with another `extendEvery`.
  public RunFnOptions extendEvery(Duration extendEvery) {
    return new RunFnOptions(
        ttl,
        metadata,
        extendEvery,
        waitOnConflict,
        timeout,
        pollMin,
        pollMax,
        errorCode,
        onLeaseLost,
        fingerprint,
        retryFailed);
  }

  /// A copy with another `waitOnConflict`.
  public RunFnOptions waitOnConflict(boolean waitOnConflict) {
    return new RunFnOptions(
        ttl,
        metadata,
        extendEvery,
        waitOnConflict,
        timeout,
        pollMin,
        pollMax,
        errorCode,
        onLeaseLost,
        fingerprint,
        retryFailed);
  }

  /// A copy with another `timeout`.
  public RunFnOptions timeout(Duration timeout) {
    return new RunFnOptions(
        ttl,
        metadata,
        extendEvery,
        waitOnConflict,
        timeout,
        pollMin,
        pollMax,
        errorCode,
        onLeaseLost,
        fingerprint,
        retryFailed);
  }

  /// A copy with another `pollMin`.
  public RunFnOptions pollMin(Duration pollMin) {
    return new RunFnOptions(
        ttl,
        metadata,
        extendEvery,
        waitOnConflict,
        timeout,
        pollMin,
        pollMax,
        errorCode,
        onLeaseLost,
        fingerprint,
        retryFailed);
  }

  /// A copy with another `pollMax`.
  public RunFnOptions pollMax(Duration pollMax) {
    return new RunFnOptions(
        ttl,
        metadata,
        extendEvery,
        waitOnConflict,
        timeout,
        pollMin,
        pollMax,
        errorCode,
        onLeaseLost,
        fingerprint,
        retryFailed);
  }

  /// A copy with another `errorCode`.
  public RunFnOptions errorCode(String errorCode) {
    return new RunFnOptions(
        ttl,
        metadata,
        extendEvery,
        waitOnConflict,
        timeout,
        pollMin,
        pollMax,
        errorCode,
        onLeaseLost,
        fingerprint,
        retryFailed);
  }

  /// A copy with another `onLeaseLost`.
  public RunFnOptions onLeaseLost(@Nullable Consumer<OnceOnlyException> onLeaseLost) {
    return new RunFnOptions(
        ttl,
        metadata,
        extendEvery,
        waitOnConflict,
        timeout,
        pollMin,
        pollMax,
        errorCode,
        onLeaseLost,
        fingerprint,
        retryFailed);
  }

  /// A copy with another `fingerprint`.
  public RunFnOptions fingerprint(@Nullable String fingerprint) {
    return new RunFnOptions(
        ttl,
        metadata,
        extendEvery,
        waitOnConflict,
        timeout,
        pollMin,
        pollMax,
        errorCode,
        onLeaseLost,
        fingerprint,
        retryFailed);
  }

  /// A copy with another `retryFailed`.
  public RunFnOptions retryFailed(boolean retryFailed) {
    return new RunFnOptions(
        ttl,
        metadata,
        extendEvery,
        waitOnConflict,
        timeout,
        pollMin,
        pollMax,
        errorCode,
        onLeaseLost,
        fingerprint,
        retryFailed);
  }
}
