package dev.onceonly.sdk;

import dev.onceonly.sdk.FunctionRun.FunctionClaim;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs, leases and governed calls. Every method may throw what [OnceOnly] says. Thread-safe.
public final class Ai {
  private final Core core;

  Ai(Core core) {
    this.core = core;
  }

  /// Starts or joins a keyed run, or calls a tool in an agent's name, whichever the options say.
  ///
  /// @return an [AiRun] for a key, an [AiToolResult] for an agent and a tool
  /// @throws IllegalArgumentException if the options say neither or both
  public RunOutcome run(Consumer<RunOptions> options) {
    return core.await(RunCalls.run(Arguments.options(new RunOptions(), options)));
  }

  /// Starts or joins a keyed run.
  public AiRun run(String key, Consumer<RunOptions> options) {
    return core.await(RunCalls.keyed(Arguments.options(new RunOptions(), options).key(key)));
  }

  /// Starts or joins a keyed run.
  public AiRun run(String key) {
    return run(key, options -> {});
  }

  /// Calls a tool in an agent's name, if the agent's policy lets it. A blocked call is an outcome,
  /// not an error.
  public AiToolResult runTool(String agentId, String tool, Consumer<RunToolOptions> options) {
    return core.await(
        RunCalls.tool(agentId, tool, Arguments.options(new RunToolOptions(), options)));
  }

  /// Calls a tool without arguments.
  public AiToolResult runTool(String agentId, String tool) {
    return runTool(agentId, tool, options -> {});
  }

  /// Starts or joins a keyed run and waits for its result, or calls a tool in an agent's name,
  /// whichever the options say.
  ///
  /// @return an [AiResult] for a key, an [AiToolResult] for an agent and a tool
  /// @throws IllegalArgumentException if the options say neither or both
  public RunOutcome runAndWait(Consumer<RunAndWaitOptions> options) {
    return core.await(RunAndWait.flow(core, Arguments.options(new RunAndWaitOptions(), options)));
  }

  /// Starts or joins a keyed run and waits for its result. When the options' timeout has passed the
  /// outcome is `failed` with the error code `timeout`, and the run goes on.
  public AiResult runAndWait(String key, Consumer<RunAndWaitOptions> options) {
    return core.await(
        RunAndWait.keyed(core, Arguments.options(new RunAndWaitOptions(), options).key(key)));
  }

  /// Starts or joins a keyed run and waits for its result for a minute.
  public AiResult runAndWait(String key) {
    return runAndWait(key, options -> {});
  }

  /// Runs a function exactly once for a key. Who acquires the key runs it, in this thread, with its
  /// lease extended until its outcome is recorded; everybody else gets its stored result.
  ///
  /// @param function is told about its lease; what it returns is stored as a JSON object: maps,
  ///   records and beans as they are, other values as `{"data": value}`, null as nothing. A
  ///   `CompletionStage` is waited for
  /// @return the stored result; or, if the run is another's and does not end in time, an outcome
  ///   with the error code `timeout` or `not_acquired`
  /// @throws E what the function throws, after the run has been recorded as failed
  /// @throws dev.onceonly.sdk.error.LeaseLostException if another owns the key, or somebody has
  ///   ended the run meanwhile
  public <E extends Exception> AiResult runFn(
      String key, LeaseFunction<E> function, Consumer<RunFnOptions> options) throws E {
    FunctionClaim claim =
        FunctionClaim.of(key, function, Arguments.options(new RunFnOptions(), options));
    return core.calls().awaitHere(here -> call -> FunctionRun.begin(core, call, claim, here));
  }

  /// Runs a function exactly once for a key, with every option at its default.
  public <E extends Exception> AiResult runFn(String key, LeaseFunction<E> function) throws E {
    return runFn(key, function, options -> {});
  }

  /// Runs a function that does not care about its lease exactly once for a key.
  public <E extends Exception> AiResult runFn(
      String key,
      CheckedSupplier<? extends @Nullable Object, E> function,
      Consumer<RunFnOptions> options)
      throws E {
    return this.<E>runFn(key, lease -> function.get(), options);
  }

  /// Runs a function that does not care about its lease exactly once for a key, with every option
  /// at its default.
  public <E extends Exception> AiResult runFn(
      String key, CheckedSupplier<? extends @Nullable Object, E> function) throws E {
    return this.<E>runFn(key, lease -> function.get(), options -> {});
  }

  /// Acquires a key, or tells who has it: `status` is `acquired`, `polling`, `completed` or
  /// `failed`, and `leaseId` is the caller's own only when `acquired`.
  public AiRun lease(String key, Consumer<LeaseOptions> options) {
    return core.await(LeaseCalls.lease(key, Arguments.options(new LeaseOptions(), options)));
  }

  /// Acquires a key, or tells who has it.
  public AiRun lease(String key) {
    return lease(key, options -> {});
  }

  /// How a key stands.
  ///
  /// @param wait how long the server may wait for the run's end, up to a minute; null for no wait
  public AiStatus status(String key, @Nullable Duration wait) {
    return core.await(LeaseCalls.status(key, wait));
  }

  /// How a key stands.
  public AiStatus status(String key) {
    return status(key, null);
  }

  /// What a run has given.
  ///
  /// @param wait how long the server may wait for the run's end, up to a minute; null for no wait
  /// @param model the type of the outcome's `value`; null for no value
  public AiResult result(String key, @Nullable Duration wait, @Nullable Class<?> model) {
    return core.await(LeaseCalls.result(key, wait, model));
  }

  /// What a run has given, without a `value`.
  public AiResult result(String key, @Nullable Duration wait) {
    return result(key, wait, null);
  }

  /// What a run has given, without waiting and without a `value`.
  public AiResult result(String key) {
    return result(key, null, null);
  }

  /// Waits for a run's result. When the options' timeout has passed the outcome is `failed` with
  /// the error code `timeout`, and the run goes on.
  public AiResult awaitResult(String key, Consumer<WaitOptions> options) {
    return core.await(Waiting.flow(core, key, Arguments.options(new WaitOptions(), options)));
  }

  /// Waits for a run's result for a minute.
  public AiResult awaitResult(String key) {
    return awaitResult(key, options -> {});
  }

  /// Lets a lease last for its TTL from now on.
  ///
  /// @param ttl another TTL; null for the last one
  public LeaseChange extend(String key, String leaseId, @Nullable Duration ttl) {
    return core.await(LeaseCalls.extend(key, leaseId, ttl));
  }

  /// Lets a lease last for its TTL from now on.
  public LeaseChange extend(String key, String leaseId) {
    return extend(key, leaseId, null);
  }

  /// Ends a run well.
  ///
  /// @param result stored as a JSON object: maps, records and beans as they are, other values as
  ///   `{"data": value}`, null as nothing
  /// @param resultHash the caller's own hash of it; null for none
  public LeaseChange complete(
      String key, String leaseId, @Nullable Object result, @Nullable String resultHash) {
    return core.await(LeaseCalls.complete(key, leaseId, result, resultHash));
  }

  /// Ends a run well.
  public LeaseChange complete(String key, String leaseId, @Nullable Object result) {
    return complete(key, leaseId, result, null);
  }

  /// Ends a run well, without a result.
  public LeaseChange complete(String key, String leaseId) {
    return complete(key, leaseId, null, null);
  }

  /// Ends a run as failed.
  ///
  /// @param errorCode a word that tells why
  /// @param errorHash the caller's own hash of the error; null for none
  public LeaseChange fail(
      String key, String leaseId, String errorCode, @Nullable String errorHash) {
    return core.await(LeaseCalls.fail(key, leaseId, errorCode, errorHash));
  }

  /// Ends a run as failed.
  public LeaseChange fail(String key, String leaseId, String errorCode) {
    return fail(key, leaseId, errorCode, null);
  }

  /// Ends a run as failed with the error code `canceled`, or `canceled:<reason>`.
  public LeaseChange cancel(String key, String leaseId, @Nullable String reason) {
    return core.await(LeaseCalls.cancel(key, leaseId, reason));
  }

  /// Ends a run as failed with the error code `canceled`.
  public LeaseChange cancel(String key, String leaseId) {
    return cancel(key, leaseId, null);
  }
}
