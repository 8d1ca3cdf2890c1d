package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.guard.Replayable;
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
  private @Nullable CompletionStage<?> later;
  private boolean begun;
  private boolean interrupted;
  private boolean cancelled;

  FunctionThread(LeaseContext context, LeaseFunction<?> function) {
    this.context = context;
    this.function = function;
  }

  /// What came of the function.
  sealed interface Outcome {
    /// It ended well.
    ///
    /// @param value what it gave
    /// @param isReplayable whether it is stored under a name of its own, whatever it is
    record Returned(@Nullable Object value, boolean isReplayable) implements Outcome {}

    /// It did not.
    ///
    /// @param error what it threw
    record Threw(Throwable error) implements Outcome {}
  }

  /// Completed normally when the function has ended, whether well or not; exceptionally when it
  /// will never begin.
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
      Object given = function.apply(context);
      boolean isReplayable = given instanceof Replayable;
      Object value = given instanceof Replayable replayable ? replayable.value() : given;
      if (value instanceof CompletionStage<?> stage) {
        leave();
        var unused =
            stage.whenComplete(
                (inner, error) -> outcome.complete(outcome(inner, isReplayable, error)));
        note(stage);
        return;
      }
      now =
          outcome(value instanceof Future<?> future ? awaited(future) : value, isReplayable, null);
    } catch (Throwable e) {
      now = new Outcome.Threw(e);
    } finally {
      restore(before);
      leave();
    }
    outcome.complete(now);
  }

  // An interrupt ends the work that is waited for, unless that is done.
  private @Nullable Object awaited(Future<?> future) throws InterruptedException {
    boolean isInterrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          isInterrupted = true;
          if (future.cancel(true)) {
            noteCancelled();
            throw e;
          }
        } catch (ExecutionException e) {
          throw Failures.<RuntimeException>sneak(Failures.ofFuture(e));
        }
      }
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void noteCancelled() {
    lock.lock();
    try {
      cancelled = true;
    } finally {
      lock.unlock();
    }
  }

  // What is still to be done counts as an argument that can't be right.
  private static Outcome outcome(
      @Nullable Object given, boolean isReplayable, @Nullable Throwable error) {
    if (error != null) {
      return new Outcome.Threw(Failures.ofFuture(error));
    }
    try {
      return given instanceof Replayable inner
          ? new Outcome.Returned(Unfinished.whole(inner.value()), true)
          : new Outcome.Returned(Unfinished.whole(given), isReplayable);
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

  private void note(CompletionStage<?> stage) {
    boolean isCancelled;
    lock.lock();
    try {
      later = stage;
      isCancelled = cancelled;
    } finally {
      lock.unlock();
    }
    if (isCancelled) {
      stage.toCompletableFuture().cancel(true);
    }
  }

  /// Keeps the function from beginning; when it has begun, tells it that nobody waits for it any
  /// more: by an interrupt, or by cancelling the future that it has given. What it gives all the
  /// same is its outcome.
  void cancel(Throwable reason) {
    if (abandon(reason)) {
      return;
    }
    CompletionStage<?> given;
    lock.lock();
    try {
      cancelled = true;
      given = later;
    } finally {
      lock.unlock();
    }
    interrupt();
    if (given != null) {
      given.toCompletableFuture().cancel(true);
    }
  }

  /// Whether a reason has ended the function before it has begun.
  boolean abandon(Throwable reason) {
    lock.lock();
    try {
      if (begun) {
        return false;
      }
      begun = true;
    } finally {
      lock.unlock();
    }
    outcome.completeExceptionally(reason);
    return true;
  }

  boolean isCancelled() {
    lock.lock();
    try {
      return cancelled;
    } finally {
      lock.unlock();
    }
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
      if (begun) {
        return false;
      }
      begun = true;
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
