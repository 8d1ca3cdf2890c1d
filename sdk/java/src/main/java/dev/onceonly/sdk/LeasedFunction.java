package dev.onceonly.sdk;

import dev.onceonly.sdk.FunctionRun.FunctionClaim;
import dev.onceonly.sdk.FunctionThread.Outcome;
import dev.onceonly.sdk.error.ClientClosedException;
import dev.onceonly.sdk.error.LeaseLostException;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.internal.http.Call;
import dev.onceonly.sdk.internal.http.Completion;
import dev.onceonly.sdk.internal.http.Failures;
import dev.onceonly.sdk.internal.http.FunctionFailure;
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
  private final Call work;
  private final String key;
  private final RunFnOptions options;
  private final LeaseContext context;
  private final FunctionThread thread;
  private volatile @Nullable Heartbeat heartbeat;
  private final Heartbeat.Term term;
  private final CompletableFuture<@Nullable Void> lossTold = new CompletableFuture<>();

  /// @param sentNanos when the lease was asked for, by `System.nanoTime`
  LeasedFunction(Core core, Call call, FunctionClaim claim, AiRun lease, long sentNanos) {
    this.core = core;
    this.call = call;
    this.work = call.lasting();
    this.key = claim.key();
    this.options = claim.options();
    Duration ttl = lease.ttl() == null ? options.ttl : lease.ttl();
    this.term = new Heartbeat.Term(key, ttl, sentNanos);
    this.context =
        new LeaseContext(
            key, Objects.requireNonNull(lease.leaseId(), "leaseId"), lease.fence(), term);
    this.thread = new FunctionThread(context, claim.function());
  }

  CompletableFuture<AiResult> run(Executor where) {
    heartbeat =
        Heartbeat.start(
            core,
            work,
            LeaseCalls.extend(key, context.leaseId(), options.ttl),
            extendEvery(),
            term,
            this::lose);
    CompletableFuture<@Nullable Void> ending = call.step(new CompletableFuture<>());
    Completion.of(ending, (nothing, reason) -> told(reason));
    begin(where);
    CompletableFuture<AiResult> recorded =
        thread.outcome().thenCompose(this::ended).exceptionallyCompose(this::notBegun);
    Completion.of(
        recorded,
        (value, error) -> {
          stopExtending();
          ending.complete(null);
        });
    return recorded;
  }

  private void begin(Executor where) {
    try {
      where.execute(thread::run);
    } catch (RuntimeException e) {
      // An executor that takes no more.
      thread.abandon(e);
    }
  }

  // A client that is closed leaves the function alone: it ends by itself, or at the lease's end.
  private void told(@Nullable Throwable reason) {
    if (reason instanceof ClientClosedException) {
      thread.abandon(reason);
    } else if (reason != null) {
      thread.cancel(reason);
    }
  }

  // Nothing has happened, so the key is given back.
  private CompletableFuture<AiResult> notBegun(Throwable error) {
    return thread.outcome().isCompletedExceptionally()
        ? record().notBegun(Failures.unwrap(error))
        : CompletableFuture.failedFuture(error);
  }

  private void stopExtending() {
    Heartbeat now = heartbeat;
    if (now != null) {
      now.stop();
    }
  }

  private OutcomeRecord record() {
    return new OutcomeRecord(core, work, context, options, term, this::stopExtending);
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
    noteLoss(reason);
  }

  private void noteLoss(OnceOnlyException reason) {
    List<Runnable> callbacks = context.lose(reason);
    if (callbacks != null) {
      core.workers().execute(() -> tellLoss(reason, callbacks));
    }
  }

  private void tellLoss(OnceOnlyException reason, List<Runnable> callbacks) {
    // First: a listener may take its time.
    thread.interrupt();
    callbacks.forEach(this::guarded);
    Consumer<OnceOnlyException> listener = options.onLeaseLost;
    if (listener != null) {
      guarded(() -> listener.accept(reason));
    }
    lossTold.complete(null);
  }

  // A callback's error must not keep the others, nor the function, from being told.
  private void guarded(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException | Error e) {
      core.logger().log(Level.WARNING, "A callback about the lost lease of " + key + " failed", e);
    }
  }

  private CompletableFuture<AiResult> ended(Outcome outcome) {
    if (context.loss() == null && term.isOver()) {
      noteLoss(term.expired());
    }
    OnceOnlyException loss = context.loss();
    OutcomeRecord record = record();
    if (outcome instanceof Outcome.Threw threw && thread.isCancelled()) {
      // It has been told to stop, and has not failed: its lease runs out.
      return CompletableFuture.failedFuture(new FunctionFailure(threw.error()));
    }
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
