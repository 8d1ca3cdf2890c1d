package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.Flow;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What can be done about leases and the runs that they stand for; part of [Ai].
public abstract sealed class LeaseVerbs permits Ai {
  private final Core core;

  LeaseVerbs(Core core) {
    this.core = core;
  }

  /// Acquires a key, or tells who has it. The answer's `status` is `acquired`, `polling`,
  /// `completed` or `failed`; its `lease_id` is the caller's own only when `acquired`.
  public Map<String, @Nullable Object> lease(String key, LeaseOptions options) {
    return core.await(LeaseCalls.lease(key, options));
  }

  /// The asynchronous form of [#lease]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> leaseAsync(
      String key, LeaseOptions options) {
    return core.start(LeaseCalls.lease(key, options));
  }

  /// Acquires a key, or tells who has it.
  public Map<String, @Nullable Object> lease(String key) {
    return lease(key, LeaseOptions.defaults());
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> leaseAsync(String key) {
    return leaseAsync(key, LeaseOptions.defaults());
  }

  /// How a key stands.
  ///
  /// @param wait how long the server may wait for the run's end, up to a minute; null for no wait
  public AiStatus status(String key, @Nullable Duration wait) {
    return core.await(LeaseCalls.status(key, wait));
  }

  /// The asynchronous form of [#status]: cancelling the future ends the call.
  public CompletableFuture<AiStatus> statusAsync(String key, @Nullable Duration wait) {
    return core.start(LeaseCalls.status(key, wait));
  }

  /// How a key stands.
  public AiStatus status(String key) {
    return status(key, null);
  }

  /// The asynchronous form.
  public CompletableFuture<AiStatus> statusAsync(String key) {
    return statusAsync(key, null);
  }

  /// What a run has given.
  ///
  /// @param wait how long the server may wait for the run's end, up to a minute; null for no wait
  public AiResult result(String key, @Nullable Duration wait) {
    return core.await(LeaseCalls.result(key, wait));
  }

  /// The asynchronous form of [#result]: cancelling the future ends the call.
  public CompletableFuture<AiResult> resultAsync(String key, @Nullable Duration wait) {
    return core.start(LeaseCalls.result(key, wait));
  }

  /// What a run has given.
  public AiResult result(String key) {
    return result(key, null);
  }

  /// The asynchronous form.
  public CompletableFuture<AiResult> resultAsync(String key) {
    return resultAsync(key, null);
  }

  /// Waits for a run's result. When the options' timeout has passed the outcome is `failed` with
  /// the error code `timeout`, and the run goes on.
  public AiResult awaitResult(String key, WaitOptions options) {
    return core.await(waitFlow(key, options));
  }

  /// The asynchronous form of [#awaitResult]: cancelling the future ends the call.
  public CompletableFuture<AiResult> awaitResultAsync(String key, WaitOptions options) {
    return core.start(waitFlow(key, options));
  }

  /// Waits for a run's result for a minute.
  public AiResult awaitResult(String key) {
    return awaitResult(key, WaitOptions.defaults());
  }

  /// The asynchronous form.
  public CompletableFuture<AiResult> awaitResultAsync(String key) {
    return awaitResultAsync(key, WaitOptions.defaults());
  }

  /// Lets a lease last for its TTL from now on.
  ///
  /// @param ttl another TTL; null for the last one
  public Map<String, @Nullable Object> extend(String key, String leaseId, @Nullable Duration ttl) {
    return core.await(LeaseCalls.extend(key, leaseId, ttl));
  }

  /// The asynchronous form of [#extend]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> extendAsync(
      String key, String leaseId, @Nullable Duration ttl) {
    return core.start(LeaseCalls.extend(key, leaseId, ttl));
  }

  /// Lets a lease last for its TTL from now on.
  public Map<String, @Nullable Object> extend(String key, String leaseId) {
    return extend(key, leaseId, null);
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> extendAsync(String key, String leaseId) {
    return extendAsync(key, leaseId, null);
  }

  /// Ends a run well.
  ///
  /// @param result stored as a JSON object: maps, records and beans as they are, other values as
  ///   `{"data": value}`, null as nothing
  /// @param resultHash the caller's own hash of it; null for none
  public Map<String, @Nullable Object> complete(
      String key, String leaseId, @Nullable Object result, @Nullable String resultHash) {
    return core.await(LeaseCalls.complete(key, leaseId, result, resultHash));
  }

  /// The asynchronous form of [#complete]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> completeAsync(
      String key, String leaseId, @Nullable Object result, @Nullable String resultHash) {
    return core.start(LeaseCalls.complete(key, leaseId, result, resultHash));
  }

  /// Ends a run well.
  public Map<String, @Nullable Object> complete(
      String key, String leaseId, @Nullable Object result) {
    return complete(key, leaseId, result, null);
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> completeAsync(
      String key, String leaseId, @Nullable Object result) {
    return completeAsync(key, leaseId, result, null);
  }

  /// Ends a run well, without a result.
  public Map<String, @Nullable Object> complete(String key, String leaseId) {
    return complete(key, leaseId, null, null);
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> completeAsync(
      String key, String leaseId) {
    return completeAsync(key, leaseId, null, null);
  }

  /// Ends a run as failed.
  ///
  /// @param errorCode a word that tells why
  /// @param errorHash the caller's own hash of the error; null for none
  public Map<String, @Nullable Object> fail(
      String key, String leaseId, String errorCode, @Nullable String errorHash) {
    return core.await(LeaseCalls.fail(key, leaseId, errorCode, errorHash));
  }

  /// The asynchronous form of [#fail]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> failAsync(
      String key, String leaseId, String errorCode, @Nullable String errorHash) {
    return core.start(LeaseCalls.fail(key, leaseId, errorCode, errorHash));
  }

  /// Ends a run as failed.
  public Map<String, @Nullable Object> fail(String key, String leaseId, String errorCode) {
    return fail(key, leaseId, errorCode, null);
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> failAsync(
      String key, String leaseId, String errorCode) {
    return failAsync(key, leaseId, errorCode, null);
  }

  /// Ends a run as failed with the error code `canceled`, or `canceled:<reason>`.
  public Map<String, @Nullable Object> cancel(String key, String leaseId, @Nullable String reason) {
    return core.await(LeaseCalls.cancel(key, leaseId, reason));
  }

  /// The asynchronous form of [#cancel]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> cancelAsync(
      String key, String leaseId, @Nullable String reason) {
    return core.start(LeaseCalls.cancel(key, leaseId, reason));
  }

  /// Ends a run as failed with the error code `canceled`.
  public Map<String, @Nullable Object> cancel(String key, String leaseId) {
    return cancel(key, leaseId, null);
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> cancelAsync(String key, String leaseId) {
    return cancelAsync(key, leaseId, null);
  }

  private Flow<AiResult> waitFlow(String key, WaitOptions options) {
    Arguments.key(key);
    Waiting.Pace pace = new Waiting.Pace(options.timeout(), options.pollMin(), options.pollMax());
    return call ->
        Waiting.extending(
            core,
            call,
            key,
            options.autoExtend() ? options.leaseId() : null,
            options.extendEvery(),
            Waiting.begin(core, call, key, pace, Waiting.Missing.PAUSES, System.nanoTime()));
  }
}
