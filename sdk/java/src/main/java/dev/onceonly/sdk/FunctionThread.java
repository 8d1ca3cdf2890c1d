package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.Completion;
import dev.onceonly.sdk.internal.http.Failures;
import dev.onceonly.sdk.internal.json.Unfinished;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One run of a user's function, in whatever thread it is given. Thread-safe.
final class FunctionThread {
  private final LeaseContext context;
  private final LeaseFunction<?> function;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Thread thread;
  private boolean interrupted;

  FunctionThread(LeaseContext context, LeaseFunction<?> function) {
    this.context = context;
    this.function = function;
  }

  /// What came of the function.
  sealed interface Outcome {
    /// It ended well.
    ///
    /// @param value what it gave
    record Returned(@Nullable Object value) implements Outcome {}

    /// It did not.
    ///
    /// @param error what it threw
    record Threw(Throwable error) implements Outcome {}
  }

  /// Completed normally when the function has ended, whether well or not.
  CompletableFuture<Outcome> outcome() {
    return outcome;
  }

  /// Runs the function in this thread. A future that it gives is waited for.
  void run() {
    if (!enter()) {
      return;
    }
    Outcome now;
    LeaseContext before = LeaseContext.CURRENT.get();
    LeaseContext.CURRENT.set(context);
    try {
      Object value = function.apply(context);
      if (value instanceof CompletionStage<?> later) {
        leave();
        later.whenComplete((inner, error) -> outcome.complete(outcome(inner, error)));
        cancelWhenEnded(later);
        return;
      }
      now = outcome(value instanceof Future<?> future ? awaited(future) : value, null);
    } catch (Throwable e) {
      now = new Outcome.Threw(e);
    } finally {
      restore(before);
      leave();
    }
    outcome.complete(now);
  }

  private static @Nullable Object awaited(Future<?> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw Failures.<RuntimeException>sneak(e.getCause() == null ? e : e.getCause());
    }
  }

  // What is still to be done counts as an argument that can't be right.
  private static Outcome outcome(@Nullable Object value, @Nullable Throwable error) {
    if (error != null) {
      return new Outcome.Threw(Failures.unwrap(error));
    }
    try {
      return new Outcome.Returned(Unfinished.refused(value));
    } catch (IllegalArgumentException e) {
      return new Outcome.Threw(e);
    }
  }

  private static void restore(@Nullable LeaseContext before) {
    if (before == null) {
      LeaseContext.CURRENT.remove();
    } else {
      LeaseContext.CURRENT.set(before);
    }
  }

  // Whoever ends the call from outside means the future's work too.
  private void cancelWhenEnded(CompletionStage<?> later) {
    Completion.of(
        outcome,
        (value, error) -> {
          if (error != null) {
            later.toCompletableFuture().cancel(true);
          }
        });
  }

  /// Interrupts the thread if it is still in the function.
  void interrupt() {
    lock.lock();
    try {
      if (thread != null) {
        interrupted = true;
        thread.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean enter() {
    lock.lock();
    try {
      if (outcome.isDone()) {
        return false;
      }
      thread = Thread.currentThread();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      if (thread != null && interrupted) {
        // It was meant for the function alone; the thread may be the caller's, or go back to a
        // pool.
        Thread.interrupted();
      }
      thread = null;
    } finally {
      lock.unlock();
    }
  }
}
