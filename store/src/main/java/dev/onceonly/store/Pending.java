package dev.onceonly.store;

import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One step on its way through the lane, and the caller that waits for it.
final class Pending<R> {
  private final Step<R> step;
  private final int weight;
  private final Thread caller = Thread.currentThread();
  private @Nullable Decided<R> decided;
  private @Nullable RuntimeException refusal;
  private volatile @Nullable Outcome<R> outcome;

  private record Outcome<R>(@Nullable R answer, @Nullable RuntimeException failure) {}

  Pending(Step<R> step) {
    this.step = step;
    this.weight = Math.max(1, step.weight());
  }

  Step<R> step() {
    return step;
  }

  /// The step's, at least 1.
  int weight() {
    return weight;
  }

  /// On the lane's thread. Null where the step threw: then it changes nothing.
  @Nullable Decided<R> decide(Rows rows, Instant now) {
    decided = null;
    refusal = null;
    try {
      decided = step.decide(rows, now);
    } catch (RuntimeException e) {
      refusal = e;
    } catch (Error e) {
      refusal = new IllegalStateException("a step failed", e);
    }
    return decided;
  }

  /// Tells the caller what the step threw.
  void refuse() {
    RuntimeException thrown = refusal;
    fail(thrown == null ? new IllegalStateException("the step was not decided") : thrown);
  }

  @Nullable Decided<R> decided() {
    return decided;
  }

  boolean isSettled() {
    return outcome != null;
  }

  /// Hands the answer to the caller.
  void answer(R answer) {
    settle(new Outcome<>(answer, null));
  }

  void fail(RuntimeException failure) {
    settle(new Outcome<>(null, failure));
  }

  private void settle(Outcome<R> settled) {
    outcome = settled;
    LockSupport.unpark(caller);
  }

  /// Waits for the answer, on the caller's thread. An interrupt does not end the wait, because the
  /// step may be committing; it is handed on afterwards.
  @SuppressWarnings("NullAway") // An outcome without a failure has an answer.
  R await() {
    boolean interrupted = false;
    Outcome<R> settled;
    while ((settled = outcome) == null) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (settled.failure() != null) {
      throw settled.failure();
    }
    return settled.answer();
  }
}
