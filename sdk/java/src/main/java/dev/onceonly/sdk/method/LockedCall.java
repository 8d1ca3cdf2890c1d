package dev.onceonly.sdk.method;

import dev.onceonly.sdk.CheckLockResult;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.annotation.AtDuplicate;
import dev.onceonly.sdk.internal.guard.Once;
import dev.onceonly.sdk.internal.http.Completion;
import dev.onceonly.sdk.internal.json.Unfinished;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One call of a method that is guarded by a lock.
final class LockedCall {
  private final OnceOnly onceOnly;
  private final GuardPlan.ByLock plan;
  private final Object target;
  private final @Nullable Object[] arguments;
  private final Invocation invocation;

  /// @param plan what the annotation says
  /// @param target stand-ins are called on it
  /// @param arguments of the call
  /// @param invocation the rest of the call
  LockedCall(
      OnceOnly onceOnly,
      GuardPlan.ByLock plan,
      Object target,
      @Nullable Object[] arguments,
      Invocation invocation) {
    this.onceOnly = onceOnly;
    this.plan = plan;
    this.target = target;
    this.arguments = arguments;
    this.invocation = invocation;
  }

  /// Does it in this thread, or without waiting for anything when the method gives a future.
  @Nullable Object run() throws Throwable {
    return ReturnValues.isLater(plan.method().getReturnType()) ? later() : here();
  }

  private @Nullable Object here() throws Throwable {
    CheckLockResult lock =
        onceOnly.checkLock(plan.key(arguments), own -> plan.configure(own, arguments));
    if (!lock.shouldProceed()) {
      return duplicate(lock);
    }
    try {
      Object value = Unfinished.refused(invocation.proceed());
      if (value instanceof CompletionStage<?> later) {
        watch(lock, later);
      }
      return value;
    } catch (Throwable e) {
      Once.failed(onceOnly, lock, isReleased(e));
      throw e;
    }
  }

  // The future is the caller's own; only its failure concerns the lock.
  private void watch(CheckLockResult lock, CompletionStage<?> later) {
    var unused =
        later.whenComplete((value, error) -> {
          if (error != null) {
            Completion.of(failed(lock, error), (done, unseen) -> {});
          }
        });
  }

  // The method runs where the client runs functions. Cancelling the future ends what is done now,
  // be
  // it the question or the method's own future.
  private CompletableFuture<@Nullable Object> later() {
    Chain chain = new Chain();
    CompletableFuture<CheckLockResult> asked =
        onceOnly.async().checkLock(plan.key(arguments), own -> plan.configure(own, arguments));
    chain.waitFor(asked);
    Completion.of(
        asked,
        (lock, error) -> {
          if (error == null) {
            dispatch(chain, lock);
          } else {
            chain.fail(error);
          }
        });
    return chain.outcome();
  }

  private void dispatch(Chain chain, CheckLockResult lock) {
    AtomicBoolean hasBegun = new AtomicBoolean();
    CompletableFuture<Void> run;
    try {
      run =
          CompletableFuture.runAsync(
              () -> {
                if (!chain.isCancelled()) {
                  hasBegun.set(true);
                  decide(chain, lock);
                }
              },
              onceOnly.executor());
    } catch (RuntimeException e) {
      // The executor takes nothing any more.
      run = CompletableFuture.failedFuture(e);
    }
    Completion.of(
        run,
        (done, error) -> {
          if (!hasBegun.get()) {
            giveBack(chain, lock, error);
          }
        });
  }

  // The method has not begun, and never will: the next call shall be the first.
  private void giveBack(Chain chain, CheckLockResult lock, @Nullable Throwable error) {
    CompletableFuture<Void> released =
        lock.shouldProceed() ? release(lock) : CompletableFuture.completedFuture(null);
    Completion.of(
        released,
        (done, unseen) -> {
          if (error != null) {
            chain.fail(bare(error));
          }
        });
  }

  private void decide(Chain chain, CheckLockResult lock) {
    boolean isFirst = lock.shouldProceed();
    try {
      Object value = isFirst ? Unfinished.refused(invocation.proceed()) : duplicate(lock);
      CompletionStage<?> stage = ReturnValues.stage(value);
      chain.waitFor(stage);
      var unused =
          stage.whenComplete((inner, error) -> {
            if (error != null) {
              end(chain, lock, error);
            } else {
              finish(chain, lock, inner);
            }
          });
    } catch (Throwable e) {
      end(chain, lock, e);
    }
  }

  private void finish(Chain chain, CheckLockResult lock, @Nullable Object inner) {
    try {
      chain.complete(Unfinished.refused(inner));
    } catch (IllegalArgumentException e) {
      end(chain, lock, e);
    }
  }

  private void end(Chain chain, CheckLockResult lock, Throwable error) {
    if (lock.shouldProceed()) {
      Completion.of(failed(lock, error), (done, unseen) -> chain.fail(error));
    } else {
      chain.fail(error);
    }
  }

  /// Gives the lock of a failed method back, or says that it stays, and waits for nothing.
  private CompletableFuture<Void> failed(CheckLockResult lock, Throwable error) {
    if (isReleased(error)) {
      return release(lock);
    }
    Once.failed(onceOnly, lock, false);
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> release(CheckLockResult lock) {
    String lockId = lock.lockId();
    if (lockId == null) {
      return CompletableFuture.completedFuture(null);
    }
    return onceOnly
        .async()
        .releaseLock(lock.key(), lockId)
        .handle((released, error) -> {
          if (error != null) {
            onceOnly
                .logger()
                .log(
                    Level.WARNING,
                    "The lock of {0} could not be released: {1}",
                    lock.key(),
                    error.getMessage());
          }
          return null;
        });
  }

  private boolean isReleased(Throwable error) {
    List<Class<? extends Throwable>> released = List.of(plan.annotation().releaseOn());
    return Once.isOneOf(released, error) || Once.isOneOf(released, bare(error));
  }

  // What futures put around errors; all else that wraps one was put there by its thrower.
  private static Throwable bare(Throwable error) {
    Throwable cause = error.getCause();
    return error instanceof CompletionException && cause != null ? cause : error;
  }

  private @Nullable Object duplicate(CheckLockResult lock) throws Throwable {
    if (plan.annotation().atDuplicate() == AtDuplicate.RAISE) {
      throw Once.duplicate(lock);
    }
    return plan.onDuplicate() == null
        ? ReturnValues.nothing(plan.method().getReturnType())
        : StandIns.call(plan.onDuplicate(), target, arguments);
  }
}
