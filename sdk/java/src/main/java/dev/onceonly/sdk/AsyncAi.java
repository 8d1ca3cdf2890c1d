package dev.onceonly.sdk;

import dev.onceonly.sdk.FunctionRun.FunctionClaim;
import dev.onceonly.sdk.internal.http.Flow;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs, leases and governed calls, without waiting for them; see [AsyncOnceOnly]. Thread-safe.
public final class AsyncAi {
  private final Core core;

  AsyncAi(Core core) {
    this.core = core;
  }

  /// As [Ai#run]: cancelling the future ends the call.
  public CompletableFuture<RunOutcome> run(Consumer<RunOptions> options) {
    return core.start(RunCalls.run(Arguments.options(new RunOptions(), options)));
  }

  /// As [Ai#run]: cancelling the future ends the call.
  public CompletableFuture<AiRun> run(String key, Consumer<RunOptions> options) {
    return core.start(RunCalls.keyed(Arguments.options(new RunOptions(), options).key(key)));
  }

  /// As [Ai#run], with defaults.
  public CompletableFuture<AiRun> run(String key) {
    return run(key, options -> {});
  }

  /// As [Ai#runTool]: cancelling the future ends the call.
  public CompletableFuture<AiToolResult> runTool(
      String agentId, String tool, Consumer<RunToolOptions> options) {
    return core.start(
        RunCalls.tool(agentId, tool, Arguments.options(new RunToolOptions(), options)));
  }

  /// As [Ai#runTool], with defaults.
  public CompletableFuture<AiToolResult> runTool(String agentId, String tool) {
    return runTool(agentId, tool, options -> {});
  }

  /// As [Ai#runAndWait]: cancelling the future ends the call.
  public CompletableFuture<RunOutcome> runAndWait(Consumer<RunAndWaitOptions> options) {
    return core.start(RunAndWait.flow(core, Arguments.options(new RunAndWaitOptions(), options)));
  }

  /// As [Ai#runAndWait]: cancelling the future ends the call.
  public CompletableFuture<AiResult> runAndWait(String key, Consumer<RunAndWaitOptions> options) {
    return core.start(
        RunAndWait.keyed(core, Arguments.options(new RunAndWaitOptions(), options).key(key)));
  }

  /// As [Ai#runAndWait], with defaults.
  public CompletableFuture<AiResult> runAndWait(String key) {
    return runAndWait(key, options -> {});
  }

  /// As [Ai#runFn], but the function runs in a thread of the client. Cancelling the future
  /// interrupts the function; what it returns all the same is recorded, and if it throws, its lease
  /// runs out.
  public CompletableFuture<AiResult> runFn(
      String key, LeaseFunction<?> function, Consumer<RunFnOptions> options) {
    FunctionClaim claim =
        FunctionClaim.of(key, function, Arguments.options(new RunFnOptions(), options));
    return core.start(
        (Flow<AiResult>) call -> FunctionRun.begin(core, call, claim, core.functions()));
  }

  /// As [Ai#runFn], with defaults.
  public CompletableFuture<AiResult> runFn(String key, LeaseFunction<?> function) {
    return runFn(key, function, options -> {});
  }

  /// As [Ai#runFn], for a function that does not care about its lease.
  public CompletableFuture<AiResult> runFn(
      String key,
      CheckedSupplier<? extends @Nullable Object, ?> function,
      Consumer<RunFnOptions> options) {
    return runFn(key, (LeaseFunction<Exception>) lease -> function.get(), options);
  }

  /// As [Ai#runFn], for a function that does not care about its lease, with defaults.
  public CompletableFuture<AiResult> runFn(
      String key, CheckedSupplier<? extends @Nullable Object, ?> function) {
    return runFn(key, function, options -> {});
  }

  /// As [Ai#lease]: cancelling the future ends the call.
  public CompletableFuture<AiRun> lease(String key, Consumer<LeaseOptions> options) {
    return core.start(LeaseCalls.lease(key, Arguments.options(new LeaseOptions(), options)));
  }

  /// As [Ai#lease], with defaults.
  public CompletableFuture<AiRun> lease(String key) {
    return lease(key, options -> {});
  }

  /// As [Ai#status]: cancelling the future ends the call.
  public CompletableFuture<AiStatus> status(String key, @Nullable Duration wait) {
    return core.start(LeaseCalls.status(key, wait));
  }

  /// As [Ai#status], with defaults.
  public CompletableFuture<AiStatus> status(String key) {
    return status(key, null);
  }

  /// As [Ai#result]: cancelling the future ends the call.
  public CompletableFuture<AiResult> result(
      String key, @Nullable Duration wait, @Nullable Class<?> model) {
    return core.start(LeaseCalls.result(key, wait, model));
  }

  /// As [Ai#result], with defaults.
  public CompletableFuture<AiResult> result(String key, @Nullable Duration wait) {
    return result(key, wait, null);
  }

  /// As [Ai#result], with defaults.
  public CompletableFuture<AiResult> result(String key) {
    return result(key, null, null);
  }

  /// As [Ai#awaitResult]: cancelling the future ends the call.
  public CompletableFuture<AiResult> awaitResult(String key, Consumer<WaitOptions> options) {
    return core.start(Waiting.flow(core, key, Arguments.options(new WaitOptions(), options)));
  }

  /// As [Ai#awaitResult], with defaults.
  public CompletableFuture<AiResult> awaitResult(String key) {
    return awaitResult(key, options -> {});
  }

  /// As [Ai#extend]: cancelling the future ends the call.
  public CompletableFuture<LeaseChange> extend(String key, String leaseId, @Nullable Duration ttl) {
    return core.start(LeaseCalls.extend(key, leaseId, ttl));
  }

  /// As [Ai#extend], with defaults.
  public CompletableFuture<LeaseChange> extend(String key, String leaseId) {
    return extend(key, leaseId, null);
  }

  /// As [Ai#complete]: cancelling the future ends the call.
  public CompletableFuture<LeaseChange> complete(
      String key, String leaseId, @Nullable Object result, @Nullable String resultHash) {
    return core.start(LeaseCalls.complete(key, leaseId, result, resultHash));
  }

  /// As [Ai#complete], with defaults.
  public CompletableFuture<LeaseChange> complete(
      String key, String leaseId, @Nullable Object result) {
    return complete(key, leaseId, result, null);
  }

  /// As [Ai#complete], with defaults.
  public CompletableFuture<LeaseChange> complete(String key, String leaseId) {
    return complete(key, leaseId, null, null);
  }

  /// As [Ai#fail]: cancelling the future ends the call.
  public CompletableFuture<LeaseChange> fail(
      String key, String leaseId, String errorCode, @Nullable String errorHash) {
    return core.start(LeaseCalls.fail(key, leaseId, errorCode, errorHash));
  }

  /// As [Ai#fail], with defaults.
  public CompletableFuture<LeaseChange> fail(String key, String leaseId, String errorCode) {
    return fail(key, leaseId, errorCode, null);
  }

  /// As [Ai#cancel]: cancelling the future ends the call.
  public CompletableFuture<LeaseChange> cancel(
      String key, String leaseId, @Nullable String reason) {
    return core.start(LeaseCalls.cancel(key, leaseId, reason));
  }

  /// As [Ai#cancel], with defaults.
  public CompletableFuture<LeaseChange> cancel(String key, String leaseId) {
    return cancel(key, leaseId, null);
  }
}
