package dev.onceonly.sdk;

import dev.onceonly.sdk.FunctionRun.FunctionClaim;
import dev.onceonly.sdk.FunctionThread.Outcome;
import dev.onceonly.sdk.error.LeaseLostException;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.internal.http.Call;
import dev.onceonly.sdk.internal.http.Completion;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One run of a function under its lease, which is extended until the outcome is recorded.
final class LeasedFunction {
  private final Core core;
  private final Call call;
  private final String key;
  private final RunFnOptions options;
  private final LeaseContext context;
  private final FunctionThread thread;
  private final Heartbeat.Term term;
  private final CompletableFuture<@Nullable Void> lossTold = new CompletableFuture<>();

  /// @param sentNanos when the lease was asked for, by `System.nanoTime`
  LeasedFunction(Core core, Call call, FunctionClaim claim, AiRun lease, long sentNanos) {
    this.core = core;
    this.call = call;
    this.key = claim.key();
    this.options = claim.options();
    this.context =
        new LeaseContext(key, Objects.requireNonNull(lease.leaseId(), "leaseId"), lease.fence());
    this.thread = new FunctionThread(context, claim.function());
    Duration ttl = lease.ttl() == null ? options.ttl : lease.ttl();
    this.term = new Heartbeat.Term(key, ttl, sentNanos);
  }

  CompletableFuture<AiResult> run(Executor where) {
    Heartbeat heartbeat =
        Heartbeat.start(
            core,
            call,
            LeaseCalls.extend(key, context.leaseId(), options.ttl),
            extendEvery(),
            term,
            this::lose);
    CompletableFuture<Outcome> outcome = call.step(thread.outcome());
    Completion.of(
        outcome,
        (value, error) -> {
          if (error != null) {
            thread.interrupt();
          }
        });
    where.execute(thread::run);
    CompletableFuture<AiResult> recorded = outcome.thenCompose(this::ended);
    Completion.of(recorded, (value, error) -> heartbeat.stop());
    return recorded;
  }

  private Duration extendEvery() {
    Duration third = term.ttl().dividedBy(3);
    return third.compareTo(options.wait.extendEvery) < 0 ? third : options.wait.extendEvery;
  }

  // Once the function is over, whether the lease was still its own is for the last request to say:
  // an extend may be refused because that request has been carried out and its answer lost.
  private void lose(OnceOnlyException reason) {
    if (thread.outcome().isDone()) {
      return;
    }
    List<Runnable> callbacks = context.lose(reason);
    core.workers().execute(() -> tellLoss(reason, callbacks));
  }

  private void tellLoss(OnceOnlyException reason, List<Runnable> callbacks) {
    try {
      callbacks.forEach(this::guarded);
      Consumer<OnceOnlyException> listener = options.onLeaseLost;
      if (listener != null) {
        guarded(() -> listener.accept(reason));
      }
    } finally {
      thread.interrupt();
      lossTold.complete(null);
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

  private CompletableFuture<AiResult> ended(Outcome outcome) {
    OnceOnlyException loss = context.loss();
    OutcomeRecord record = new OutcomeRecord(core, call, context, options, term, System.nanoTime());
    if (loss == null) {
      return record.of(outcome);
    }
    boolean byClock = loss instanceof LeaseLostException;
    return lossTold.thenCompose(nothing ->
        byClock && outcome instanceof Outcome.Returned returned
            ? record.late(returned)
            : record.lost(loss, outcome));
  }
}
