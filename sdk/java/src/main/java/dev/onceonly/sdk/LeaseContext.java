package dev.onceonly.sdk;

import dev.onceonly.sdk.error.ErrorFacts;
import dev.onceonly.sdk.error.LeaseLostException;
import dev.onceonly.sdk.error.OnceOnlyException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What a function that runs under a lease may know about it. Thread-safe.
///
/// When the lease is lost, [#isLost] turns true, the callbacks of [#onLost] run, and the function's
/// thread is interrupted. A function that acts on the outside world does well to call
/// [#throwIfLost] before each act, and to send [#fence] along.
public final class LeaseContext {
  static final ThreadLocal<@Nullable LeaseContext> CURRENT = new ThreadLocal<>();

  private final String key;
  private final String leaseId;
  private final @Nullable Long fence;
  private final Heartbeat.Term term;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Runnable> callbacks = new ArrayList<>();
  private @Nullable OnceOnlyException loss;

  LeaseContext(String key, String leaseId, @Nullable Long fence, Heartbeat.Term term) {
    this.key = key;
    this.term = term;
    this.leaseId = leaseId;
    this.fence = fence;
  }

  /// The lease under which the current thread runs a function.
  ///
  /// @throws IllegalStateException if it runs none
  public static LeaseContext current() {
    LeaseContext current = CURRENT.get();
    if (current == null) {
      throw new IllegalStateException("this thread runs no function under a lease");
    }
    return current;
  }

  /// The idempotency key.
  public String key() {
    return key;
  }

  /// Names the owner; no secret.
  public String leaseId() {
    return leaseId;
  }

  /// A number that grows from owner to owner, so that a receiver can refuse a smaller one than it
  /// has seen; null from servers that do not give one.
  public @Nullable Long fence() {
    return fence;
  }

  /// Whether another owns the key now, or somebody has ended the run, or the lease has run out. The
  /// clock itself is asked, so that a process that has slept knows it at once.
  public boolean isLost() {
    return loss() != null || term.isOver();
  }

  /// Ends the function when the lease is lost.
  ///
  /// @throws LeaseLostException when it is
  public void throwIfLost() {
    OnceOnlyException now = loss();
    if (now == null && term.isOver()) {
      now = term.expired();
    }
    if (now != null) {
      throw lostError(now, false, null);
    }
  }

  /// Runs the callback once when the lease is lost, in a thread of the client; at once, in this
  /// thread, if it is lost already.
  public void onLost(Runnable callback) {
    lock.lock();
    try {
      if (loss == null) {
        callbacks.add(callback);
        return;
      }
    } finally {
      lock.unlock();
    }
    callback.run();
  }

  /// What has been told of a loss.
  @Nullable OnceOnlyException loss() {
    lock.lock();
    try {
      return loss;
    } finally {
      lock.unlock();
    }
  }

  /// Notes the loss.
  ///
  /// @return the callbacks to run; null when it was noted before
  @Nullable List<Runnable> lose(OnceOnlyException reason) {
    lock.lock();
    try {
      if (loss != null) {
        return null;
      }
      loss = reason;
      return List.copyOf(callbacks);
    } finally {
      lock.unlock();
    }
  }

  /// @param ran whether the function has returned
  /// @param result what it has returned
  LeaseLostException lostError(OnceOnlyException reason, boolean ran, @Nullable Object result) {
    String message =
        reason instanceof LeaseLostException
            ? String.valueOf(reason.getMessage())
            : "the lease of '" + key + "' is lost: " + reason.getMessage();
    return new LeaseLostException(
        message,
        reason,
        new ErrorFacts(
            reason.statusCode(), reason.code(), reason.detail(), reason.requestId(), null),
        ran,
        result);
  }

  @Override
  public String toString() {
    return "LeaseContext[key=" + key + ", leaseId=" + leaseId + ", lost=" + isLost() + "]";
  }
}
