package dev.onceonly.sdk;

import dev.onceonly.sdk.FunctionRun.FunctionClaim;
import dev.onceonly.sdk.internal.http.ApiRequest.Limits;
import dev.onceonly.sdk.internal.http.Call;
import dev.onceonly.sdk.internal.http.Flow;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Runs, leases and governed calls. Every method may throw what [OnceOnly] says; each has an
/// asynchronous twin. Thread-safe.
public final class Ai extends LeaseVerbs {
  private final Core core;

  Ai(Core core) {
    super(core);
    this.core = core;
  }

  /// Starts or joins a keyed run, or calls a tool in an agent's name, whichever the options say.
  ///
  /// @return an [AiRun] for a key, an [AiToolResult] for an agent and a tool
  /// @throws IllegalArgumentException if the options say neither or both
  public RunOutcome run(RunOptions options) {
    return core.await(RunCalls.run(options));
  }

  /// The asynchronous form of [#run]: cancelling the future ends the call.
  public CompletableFuture<RunOutcome> runAsync(RunOptions options) {
    return core.start(RunCalls.run(options));
  }

  /// Starts or joins a keyed run.
  public AiRun run(String key, RunOptions options) {
    return core.await(RunCalls.keyed(options.key(key)));
  }

  /// The asynchronous form of [#run]: cancelling the future ends the call.
  public CompletableFuture<AiRun> runAsync(String key, RunOptions options) {
    return core.start(RunCalls.keyed(options.key(key)));
  }

  /// Starts or joins a keyed run.
  public AiRun run(String key) {
    return run(key, RunOptions.defaults());
  }

  /// The asynchronous form.
  public CompletableFuture<AiRun> runAsync(String key) {
    return runAsync(key, RunOptions.defaults());
  }

  /// Calls a tool in an agent's name, if the agent's policy lets it. A blocked call is an outcome,
  /// not an error.
  public AiToolResult runTool(String agentId, String tool, RunToolOptions options) {
    return core.await(RunCalls.tool(agentId, tool, options));
  }

  /// The asynchronous form of [#runTool]: cancelling the future ends the call.
  public CompletableFuture<AiToolResult> runToolAsync(
      String agentId, String tool, RunToolOptions options) {
    return core.start(RunCalls.tool(agentId, tool, options));
  }

  /// Calls a tool without arguments.
  public AiToolResult runTool(String agentId, String tool) {
    return runTool(agentId, tool, RunToolOptions.defaults());
  }

  /// The asynchronous form.
  public CompletableFuture<AiToolResult> runToolAsync(String agentId, String tool) {
    return runToolAsync(agentId, tool, RunToolOptions.defaults());
  }

  /// Starts or joins a keyed run and waits for its result. When the options' timeout has passed the
  /// outcome is `failed` with the error code `timeout`, and the run goes on.
  public AiResult runAndWait(String key, RunAndWaitOptions options) {
    return core.await(runAndWaitFlow(key, options));
  }

  /// The asynchronous form of [#runAndWait]: cancelling the future ends the call.
  public CompletableFuture<AiResult> runAndWaitAsync(String key, RunAndWaitOptions options) {
    return core.start(runAndWaitFlow(key, options));
  }

  /// Starts or joins a keyed run and waits for its result for a minute.
  public AiResult runAndWait(String key) {
    return runAndWait(key, RunAndWaitOptions.defaults());
  }

  /// The asynchronous form.
  public CompletableFuture<AiResult> runAndWaitAsync(String key) {
    return runAndWaitAsync(key, RunAndWaitOptions.defaults());
  }

  /// Runs a function exactly once for a key. Who acquires the key runs it, in this thread, with its
  /// lease extended until it ends; everybody else gets its stored result.
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
      String key, LeaseFunction<E> function, RunFnOptions options) throws E {
    FunctionClaim claim = FunctionClaim.of(key, function, options);
    return core.calls().awaitHere(here -> call -> FunctionRun.begin(core, call, claim, here));
  }

  /// Runs a function exactly once for a key, with every option at its default.
  public <E extends Exception> AiResult runFn(String key, LeaseFunction<E> function) throws E {
    return runFn(key, function, RunFnOptions.defaults());
  }

  /// Runs a function that does not care about its lease exactly once for a key.
  public <E extends Exception> AiResult runFn(
      String key, CheckedSupplier<? extends @Nullable Object, E> function, RunFnOptions options)
      throws E {
    return this.<E>runFn(key, lease -> function.get(), options);
  }

  /// Runs a function that does not care about its lease exactly once for a key, with every option
  /// at its default.
  public <E extends Exception> AiResult runFn(
      String key, CheckedSupplier<? extends @Nullable Object, E> function) throws E {
    return this.<E>runFn(key, lease -> function.get(), RunFnOptions.defaults());
  }

  /// The asynchronous form of [#runFn]: the function runs in a thread of the client. Cancelling the
  /// future interrupts the function; its lease then runs out.
  public CompletableFuture<AiResult> runFnAsync(
      String key, LeaseFunction<?> function, RunFnOptions options) {
    FunctionClaim claim = FunctionClaim.of(key, function, options);
    return core.start(
        (Flow<AiResult>) call -> FunctionRun.begin(core, call, claim, core.workers()));
  }

  /// The asynchronous form, with every option at its default.
  public CompletableFuture<AiResult> runFnAsync(String key, LeaseFunction<?> function) {
    return runFnAsync(key, function, RunFnOptions.defaults());
  }

  /// The asynchronous form for a function that does not care about its lease.
  public CompletableFuture<AiResult> runFnAsync(
      String key, CheckedSupplier<? extends @Nullable Object, ?> function, RunFnOptions options) {
    return runFnAsync(key, (LeaseFunction<Exception>) lease -> function.get(), options);
  }

  /// The asynchronous form for a function that does not care about its lease, with every option at
  /// its default.
  public CompletableFuture<AiResult> runFnAsync(
      String key, CheckedSupplier<? extends @Nullable Object, ?> function) {
    return runFnAsync(key, function, RunFnOptions.defaults());
  }

  private Flow<AiResult> runAndWaitFlow(String key, RunAndWaitOptions options) {
    Exchange<AiRun> run =
        RunCalls.keyed(
            RunOptions.keyed(key)
                .ttl(options.ttl())
                .metadata(options.metadata())
                .fingerprint(options.fingerprint())
                .retryFailed(options.retryFailed()));
    return call -> {
      long startNanos = System.nanoTime();
      Limits limits = Limits.until(startNanos + options.timeout().toNanos());
      return core.send(call, run, limits)
          .thenCompose(found -> followUp(call, key, found, options, startNanos));
    };
  }

  private CompletableFuture<AiResult> followUp(
      Call call, String key, AiRun found, RunAndWaitOptions options, long startNanos) {
    String status = found.status();
    if ("completed".equals(status) || "failed".equals(status)) {
      return core.send(call, LeaseCalls.result(key, null));
    }
    // Whoever waits for another's run must not keep it alive.
    boolean isOwn = "acquired".equals(status) && options.autoExtend();
    Waiting.Pace pace = new Waiting.Pace(options.timeout(), options.pollMin(), options.pollMax());
    return Waiting.extending(
        core,
        call,
        key,
        isOwn ? found.leaseId() : null,
        options.extendEvery(),
        Waiting.begin(core, call, key, pace, Waiting.Missing.ENDS, startNanos));
  }
}
