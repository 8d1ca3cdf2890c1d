package dev.onceonly.sdk;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A client of OnceOnly. Thread-safe; make one and share it.
///
/// Blocking methods may be called from virtual threads. An interrupt ends them with a
/// [java.util.concurrent.CancellationException] and stays set. Each has an asynchronous twin, whose
/// future ends the call when it is cancelled.
///
/// Every method may throw an [OnceOnlyException][dev.onceonly.sdk.error.OnceOnlyException], all of
/// which are unchecked: [ApiException][dev.onceonly.sdk.error.ApiException] and its kinds for an
/// answer that says no, [NetworkException][dev.onceonly.sdk.error.NetworkException] when no whole
/// answer came, [ProtocolException][dev.onceonly.sdk.error.ProtocolException] for an answer that
/// the API does not give. Arguments that can't be right are refused with an
/// [IllegalArgumentException] before anything is sent, by asynchronous methods too.
///
/// Objects of the API that have no type here are unmodifiable maps by the wire's names.
public final class OnceOnly extends AccountVerbs implements AutoCloseable {
  private final Core core;
  private final String name;
  private final Runnable onClose;
  private final Ai ai;
  private final Gov gov;

  OnceOnly(Core core, String name, Runnable onClose) {
    super(core);
    this.core = core;
    this.name = name;
    this.onClose = onClose;
    this.ai = new Ai(core);
    this.gov = new Gov(core);
  }

  /// A builder; only [OnceOnlyBuilder#apiKey] is required.
  public static OnceOnlyBuilder builder() {
    return new OnceOnlyBuilder();
  }

  /// Runs, leases and governed calls.
  public Ai ai() {
    return ai;
  }

  /// Policies, tools and agents.
  public Gov gov() {
    return gov;
  }

  /// Locks a key for its TTL: the first caller gets `locked` and should act, everybody else gets
  /// `duplicate`.
  ///
  /// **While the server can't be asked, the answer is `locked` all the same** (`failedOpen` is true
  /// and a warning is logged), unless the client's `failOpen` or that of the options is off.
  public CheckLockResult checkLock(String key, CheckLockOptions options) {
    return core.here(new LockVerb(core, key, options)::here);
  }

  /// The asynchronous form of [#checkLock]: cancelling the future ends the call.
  public CompletableFuture<CheckLockResult> checkLockAsync(String key, CheckLockOptions options) {
    return core.start(new LockVerb(core, key, options)::later);
  }

  /// Locks a key with every option at its default.
  public CheckLockResult checkLock(String key) {
    return checkLock(key, CheckLockOptions.defaults());
  }

  /// The asynchronous form.
  public CompletableFuture<CheckLockResult> checkLockAsync(String key) {
    return checkLockAsync(key, CheckLockOptions.defaults());
  }

  /// Locks up to 1,000 keys, each on its own, in one request. Never fails open.
  ///
  /// @return one outcome for each item, in their order
  public List<BatchItem> checkLockBatch(List<LockItem> items) {
    return core.await(LockCalls.checkLockBatch(items));
  }

  /// The asynchronous form of [#checkLockBatch]: cancelling the future ends the call.
  public CompletableFuture<List<BatchItem>> checkLockBatchAsync(List<LockItem> items) {
    return core.start(LockCalls.checkLockBatch(items));
  }

  /// Gives a lock back before its TTL has passed.
  ///
  /// @param lockId what `checkLock` gave to the one who locked
  public Map<String, @Nullable Object> releaseLock(String key, String lockId) {
    return core.await(LockCalls.releaseLock(key, lockId));
  }

  /// The asynchronous form of [#releaseLock]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> releaseLockAsync(
      String key, String lockId) {
    return core.start(LockCalls.releaseLock(key, lockId));
  }

  /// The same as `ai().run` with a key.
  public AiRun aiRun(String key, RunOptions options) {
    return ai.run(key, options);
  }

  /// The same as `ai().run` with a key.
  public AiRun aiRun(String key) {
    return ai.run(key);
  }

  /// The same as `ai().runAsync` with a key.
  public CompletableFuture<AiRun> aiRunAsync(String key, RunOptions options) {
    return ai.runAsync(key, options);
  }

  /// The same as `ai().runAsync` with a key.
  public CompletableFuture<AiRun> aiRunAsync(String key) {
    return ai.runAsync(key);
  }

  /// The same as `ai().runAndWait`.
  public AiResult aiRunAndWait(String key, RunAndWaitOptions options) {
    return ai.runAndWait(key, options);
  }

  /// The same as `ai().runAndWait`.
  public AiResult aiRunAndWait(String key) {
    return ai.runAndWait(key);
  }

  /// The same as `ai().runAndWaitAsync`.
  public CompletableFuture<AiResult> aiRunAndWaitAsync(String key, RunAndWaitOptions options) {
    return ai.runAndWaitAsync(key, options);
  }

  /// The same as `ai().runAndWaitAsync`.
  public CompletableFuture<AiResult> aiRunAndWaitAsync(String key) {
    return ai.runAndWaitAsync(key);
  }

  /// Lets the first call of a function without arguments run it and gives later ones with equal
  /// arguments what the options say; see [IdempotentOptions].
  ///
  /// @throws IllegalArgumentException if the options name neither the function nor its key
  public <R extends @Nullable Object, E extends Exception> CheckedSupplier<R, E> idempotent(
      CheckedSupplier<R, E> function, IdempotentOptions options) {
    IdempotentCall call = new IdempotentCall(this, options);
    return () -> call.<R, E>invoke(List.of(), () -> function.get());
  }

  /// Runs a function without arguments exactly once for a key and gives every caller the stored
  /// result; see [IdempotentAiOptions].
  ///
  /// @throws IllegalArgumentException if the options name no key
  public <E extends Exception> CheckedSupplier<AiResult, E> idempotentAi(
      CheckedSupplier<? extends @Nullable Object, E> function, IdempotentAiOptions options) {
    options.check();
    return () -> options.<E>invoke(ai, List.of(), lease -> function.get());
  }

  /// Lets the first call of a function of one argument run it and gives later ones with equal
  /// arguments what the options say; see [IdempotentOptions].
  ///
  /// @throws IllegalArgumentException if the options name neither the function nor its key
  public <A extends @Nullable Object, R extends @Nullable Object, E extends Exception>
      CheckedFunction<A, R, E> idempotent(
          CheckedFunction<A, R, E> function, IdempotentOptions options) {
    IdempotentCall call = new IdempotentCall(this, options);
    return argument -> call.<R, E>invoke(Arrays.asList(argument), () -> function.apply(argument));
  }

  /// Runs a function of one argument exactly once for a key and gives every caller the stored
  /// result; see [IdempotentAiOptions].
  ///
  /// @throws IllegalArgumentException if the options name no key
  public <A extends @Nullable Object, E extends Exception>
      CheckedFunction<A, AiResult, E> idempotentAi(
          CheckedFunction<A, ? extends @Nullable Object, E> function, IdempotentAiOptions options) {
    options.check();
    return argument ->
        options.<E>invoke(ai, Arrays.asList(argument), lease -> function.apply(argument));
  }

  /// Lets the first call of a function of two arguments run it and gives later ones with equal
  /// arguments what the options say; see [IdempotentOptions].
  ///
  /// @throws IllegalArgumentException if the options name neither the function nor its key
  public <
          A extends @Nullable Object,
          B extends @Nullable Object,
          R extends @Nullable Object,
          E extends Exception>
      CheckedBiFunction<A, B, R, E> idempotent(
          CheckedBiFunction<A, B, R, E> function, IdempotentOptions options) {
    IdempotentCall call = new IdempotentCall(this, options);
    return (first, second) ->
        call.<R, E>invoke(Arrays.asList(first, second), () -> function.apply(first, second));
  }

  /// Runs a function of two arguments exactly once for a key and gives every caller the stored
  /// result; see [IdempotentAiOptions].
  ///
  /// @throws IllegalArgumentException if the options name no key
  public <A extends @Nullable Object, B extends @Nullable Object, E extends Exception>
      CheckedBiFunction<A, B, AiResult, E> idempotentAi(
          CheckedBiFunction<A, B, ? extends @Nullable Object, E> function,
          IdempotentAiOptions options) {
    options.check();
    return (first, second) ->
        options.<E>invoke(ai, Arrays.asList(first, second), lease -> function.apply(first, second));
  }

  /// An implementation of an interface whose methods are guarded as the annotations
  /// [dev.onceonly.sdk.annotation.Idempotent] and [dev.onceonly.sdk.annotation.IdempotentAi] on the
  /// target's class, or else on the interface, say. Other methods are passed on as they are.
  ///
  /// @throws IllegalArgumentException if an annotation can't be right
  public <T> T protect(Class<T> type, T target) {
    return GuardedProxy.of(this, type, target);
  }

  /// Ends every open call with [dev.onceonly.sdk.error.ClientClosedException] and refuses later
  /// ones. Closing twice is the same as closing once.
  @Override
  public void close() {
    core.calls().close();
    onClose.run();
  }

  /// Shows where the client goes to, and no API key.
  @Override
  public String toString() {
    return "OnceOnly[" + name + "]";
  }
}
