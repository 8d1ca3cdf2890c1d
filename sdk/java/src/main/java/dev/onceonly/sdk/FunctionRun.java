package dev.onceonly.sdk;

import dev.onceonly.sdk.FunctionThread.Outcome;
import dev.onceonly.sdk.error.ApiException;
import dev.onceonly.sdk.error.ClientClosedException;
import dev.onceonly.sdk.error.LeaseLostException;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.internal.http.ApiRequest.Limits;
import dev.onceonly.sdk.internal.http.Call;
import dev.onceonly.sdk.internal.http.Failures;
import dev.onceonly.sdk.internal.json.Hashes;
import dev.onceonly.sdk.internal.json.Values;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `ai.run_fn`, once for blocking and asynchronous callers; they differ in where the function runs.
final class FunctionRun {
  private static final Limits FINISHING = Limits.atLeast(3);
  private static final int CONFLICT = 409;
  private static final Set<Integer> REFUSED = Set.of(413, 422);
  private static final Map<String, Object> OMITTED = Map.of("omitted", true);

  private final Core core;
  private final Call call;
  private final String key;
  private final RunFnOptions options;

  private FunctionRun(Core core, Call call, String key, RunFnOptions options) {
    this.core = core;
    this.call = call;
    this.key = key;
    this.options = options;
  }

  /// @param where runs the function
  static CompletableFuture<AiResult> begin(
      Core core, Call call, FunctionClaim claim, Executor where) {
    FunctionRun run = new FunctionRun(core, call, claim.key(), claim.options());
    return core.send(call, claim.lease())
        .thenCompose(lease -> run.decide(lease, claim.function(), where));
  }

  /// What is to be run, checked and put into a request before anything is sent.
  record FunctionClaim(
      String key, LeaseFunction<?> function, RunFnOptions options, Exchange<AiRun> lease) {
    static FunctionClaim of(String key, LeaseFunction<?> function, RunFnOptions options) {
      return new FunctionClaim(key, function, options, LeaseCalls.lease(key, options.lease));
    }
  }

  private CompletableFuture<AiResult> decide(
      AiRun lease, LeaseFunction<?> function, Executor where) {
    String status = lease.status() == null ? "" : lease.status();
    switch (status) {
      case "acquired" -> {
        return lease.leaseId() == null
            ? CompletableFuture.completedFuture(LeaseCalls.local(key, "failed", "missing_lease_id"))
            : own(lease, lease.leaseId(), function, where);
      }
      case "completed", "failed" -> {
        return core.send(call, LeaseCalls.result(key, null));
      }
      default -> {
        return options.waitOnConflict
            ? waitForOther()
            : CompletableFuture.completedFuture(
                LeaseCalls.local(key, lease.status(), "not_acquired"));
      }
    }
  }

  private CompletableFuture<AiResult> waitForOther() {
    return Waiting.begin(core, call, key, options.wait, System.nanoTime());
  }

  private CompletableFuture<AiResult> own(
      AiRun lease, String leaseId, LeaseFunction<?> function, Executor where) {
    LeaseContext context = new LeaseContext(key, leaseId, lease.fence());
    FunctionThread thread = new FunctionThread(context, function);
    CompletableFuture<@Nullable Void> lossTold = new CompletableFuture<>();
    Heartbeat heartbeat =
        Heartbeat.start(
            core,
            call,
            LeaseCalls.extend(key, leaseId, options.ttl),
            extendEvery(lease),
            answer -> {
              List<Runnable> callbacks = context.lose(answer);
              core.workers().execute(() -> tellLoss(answer, callbacks, thread, lossTold));
            });
    CompletableFuture<Outcome> outcome =
        call.step(thread.outcome())
            .whenComplete((value, error) -> {
              heartbeat.stop();
              if (error != null) {
                thread.interrupt();
              }
            });
    where.execute(thread::run);
    return outcome.thenCompose(ended -> {
      ApiException loss = context.loss();
      return loss == null
          ? finish(context, ended)
          : lossTold.thenCompose(nothing -> lost(context, loss, ended));
    });
  }

  private Duration extendEvery(AiRun lease) {
    Duration ttl = lease.ttl() == null ? options.ttl : lease.ttl();
    Duration third = ttl.dividedBy(3);
    return third.compareTo(options.wait.extendEvery) < 0 ? third : options.wait.extendEvery;
  }

  private void tellLoss(
      ApiException answer,
      List<Runnable> callbacks,
      FunctionThread thread,
      CompletableFuture<@Nullable Void> told) {
    try {
      callbacks.forEach(this::guarded);
      Consumer<OnceOnlyException> listener = options.onLeaseLost;
      if (listener != null) {
        guarded(() -> listener.accept(answer));
      }
    } finally {
      thread.interrupt();
      told.complete(null);
    }
  }

  // A callback's error must not keep the others, nor the function, from being told.
  private void guarded(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException e) {
      core.logger().log(Level.WARNING, "A callback about the lost lease of " + key + " failed", e);
    }
  }

  private static CompletableFuture<AiResult> lost(
      LeaseContext context, ApiException answer, Outcome ended) {
    LeaseLostException error = context.lostError(answer);
    if (ended instanceof Outcome.Threw threw) {
      error.addSuppressed(threw.error());
    }
    return CompletableFuture.failedFuture(error);
  }

  private CompletableFuture<AiResult> finish(LeaseContext context, Outcome ended) {
    if (ended instanceof Outcome.Threw threw) {
      return failed(context.leaseId(), threw.error());
    }
    return completed(context, ended, ((Outcome.Returned) ended).value());
  }

  /// Records the failure as well as it can, and gives the function's own error in any case.
  private CompletableFuture<AiResult> failed(String leaseId, Throwable error) {
    String text = error.getMessage() == null ? error.getClass().getName() : error.getMessage();
    return core.send(
            call, LeaseCalls.fail(key, leaseId, options.errorCode, Hashes.sha256(text)), FINISHING)
        .handle((answer, failure) -> {
          if (failure != null) {
            core.logger()
                .log(
                    Level.WARNING,
                    "The failure of " + key + " could not be recorded; its lease runs out",
                    Failures.unwrap(failure));
          }
          throw Failures.<RuntimeException>sneak(error);
        });
  }

  private CompletableFuture<AiResult> completed(
      LeaseContext context, Outcome ended, @Nullable Object value) {
    return complete(context, ended, Values.object(value));
  }

  private CompletableFuture<AiResult> complete(
      LeaseContext context, Outcome ended, @Nullable Map<String, @Nullable Object> result) {
    return core.send(call, LeaseCalls.complete(key, context.leaseId(), result, null), FINISHING)
        .handle((answer, error) -> Optional.ofNullable(error).map(Failures::unwrap))
        .thenCompose(error ->
            error.isEmpty() ? stored(result) : notCompleted(context, ended, result, error.get()));
  }

  private CompletableFuture<AiResult> notCompleted(
      LeaseContext context,
      Outcome ended,
      @Nullable Map<String, @Nullable Object> result,
      Throwable error) {
    Integer status = error instanceof ApiException answer ? answer.statusCode() : null;
    if (status == null) {
      return CompletableFuture.failedFuture(error);
    }
    if (status == CONFLICT) {
      return lost(context, (ApiException) error, ended);
    }
    if (REFUSED.contains(status) && !OMITTED.equals(result)) {
      core.logger()
          .log(
              Level.WARNING,
              "The result of {0} was refused ({1}); its run is completed without it",
              key,
              error.getMessage());
      return complete(context, ended, new LinkedHashMap<>(OMITTED));
    }
    return CompletableFuture.failedFuture(error);
  }

  /// The result as the server has it, or, when it can't be asked any more, as it was just stored.
  private CompletableFuture<AiResult> stored(@Nullable Map<String, @Nullable Object> result) {
    return core.send(call, LeaseCalls.result(key, null))
        .exceptionally(wrapped -> {
          Throwable error = Failures.unwrap(wrapped);
          if (!(error instanceof OnceOnlyException) || error instanceof ClientClosedException) {
            throw Failures.<RuntimeException>sneak(error);
          }
          core.logger()
              .log(
                  Level.WARNING,
                  "The stored result of {0} could not be read ({1}); it is given as it was sent",
                  key,
                  error.getMessage());
          return new AiResult(true, "completed", key, result, null, null, null, null, Map.of());
        });
  }
}
