package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.ApiRequest.Limits;
import dev.onceonly.sdk.internal.http.Call;
import dev.onceonly.sdk.internal.http.Flow;
import java.util.concurrent.CompletableFuture;

/// A run that is started or joined, and waited for.
final class RunAndWait {
  private RunAndWait() {}

  /// Of a key, or of an agent and a tool, whichever the options say.
  static Flow<RunOutcome> flow(Core core, RunAndWaitOptions options) {
    if (options.run.key == null) {
      Exchange<RunOutcome> run = RunCalls.run(options.run);
      return call -> core.send(call, run);
    }
    Flow<AiResult> keyed = keyed(core, options);
    return call -> keyed.begin(call).thenApply(result -> result);
  }

  /// Of a key.
  static Flow<AiResult> keyed(Core core, RunAndWaitOptions options) {
    Exchange<AiRun> run = RunCalls.keyed(options.run);
    WaitOptions wait = options.wait;
    return call -> {
      long startNanos = System.nanoTime();
      Limits limits = Limits.until(startNanos + Arguments.nanos(wait.timeout));
      return core.send(call, run, limits)
          .thenCompose(found ->
              followUp(core, call, Arguments.key(options.run.key), found, wait, startNanos));
    };
  }

  private static CompletableFuture<AiResult> followUp(
      Core core, Call call, String key, AiRun found, WaitOptions wait, long startNanos) {
    String status = found.status();
    if ("completed".equals(status) || "failed".equals(status)) {
      return core.send(call, LeaseCalls.result(key, null));
    }
    // Whoever waits for another's run must not keep it alive.
    boolean isOwn = "acquired".equals(status) && wait.autoExtend;
    return Waiting.extending(
        core,
        call,
        key,
        isOwn ? found.leaseId() : null,
        wait.extendEvery,
        Waiting.begin(core, call, key, wait.pace(), Waiting.Missing.ENDS, startNanos));
  }
}
