package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.Call;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// `ai.run_fn`, once for blocking and asynchronous callers; they differ in where the function runs.
/// This is the way to the lease; [LeasedFunction] is what is done under it.
final class FunctionRun {
  /// The error code of a failure that the key is to forget.
  static final String RELEASED = "released";

  private final Core core;
  private final Call call;
  private final FunctionClaim claim;
  private final Executor where;
  private final long startNanos = System.nanoTime();

  private FunctionRun(Core core, Call call, FunctionClaim claim, Executor where) {
    this.core = core;
    this.call = call;
    this.claim = claim;
    this.where = where;
  }

  /// Runs the function, or waits for whoever runs it now.
  ///
  /// @param where runs the function
  static CompletableFuture<AiResult> begin(
      Core core, Call call, FunctionClaim claim, Executor where) {
    return new FunctionRun(core, call, claim, where)
        .acquire(claim.lease(), claim.retryFailed())
        .thenApply(result -> typed(core, claim, result));
  }

  // The function has run: a result that does not fit is told by a warning, and stays reachable.
  private static AiResult typed(Core core, FunctionClaim claim, AiResult result) {
    try {
      return result.as(claim.options().model);
    } catch (IllegalArgumentException e) {
      core.logger()
          .log(
              Level.WARNING,
              "The result of {0} does not fit the model, and its value is left out: {1}",
              claim.key(),
              e.getMessage());
      return result;
    }
  }

  /// What is to be run, checked and put into a request before anything is sent.
  record FunctionClaim(
      String key,
      LeaseFunction<?> function,
      RunFnOptions options,
      boolean retryFailed,
      Exchange<AiRun> lease) {
    static FunctionClaim of(String key, LeaseFunction<?> function, RunFnOptions options) {
      boolean retryFailed = options.lease.retryFailed;
      return new FunctionClaim(
          key, function, options, retryFailed, leaseOf(key, options, retryFailed));
    }

    /// Asks once more, which is another logical call.
    Exchange<AiRun> leaseAgain(boolean retryFailed) {
      return leaseOf(key, options, retryFailed);
    }

    private static Exchange<AiRun> leaseOf(String key, RunFnOptions options, boolean retryFailed) {
      options.lease.retryFailed(retryFailed);
      return LeaseCalls.lease(key, options.lease);
    }
  }

  private CompletableFuture<AiResult> acquire(Exchange<AiRun> lease, boolean retryFailed) {
    long askedNanos = System.nanoTime();
    return core.send(call, lease).thenCompose(found -> decide(found, retryFailed, askedNanos));
  }

  private CompletableFuture<AiResult> decide(AiRun lease, boolean retryFailed, long askedNanos) {
    String status = lease.status() == null ? "" : lease.status();
    switch (status) {
      case "acquired" -> {
        if (lease.leaseId() == null) {
          return local("failed", "missing_lease_id");
        }
        // A replayed lease was granted to an earlier attempt, perhaps the first.
        long sentNanos = lease.replayed() ? askedNanos : call.lastSentNanos();
        return new LeasedFunction(core, call, claim, lease, sentNanos).run(where);
      }
      case "completed" -> {
        return core.send(call, LeaseCalls.result(claim.key(), null));
      }
      case "failed" -> {
        return RELEASED.equals(lease.errorCode()) && !retryFailed
            ? acquire(claim.leaseAgain(true), true)
            : core.send(call, LeaseCalls.result(claim.key(), null))
                .thenCompose(result -> unlessReleased(result, retryFailed));
      }
      default -> {
        return claim.options().waitOnConflict
            ? awaitOther()
            : local(lease.status(), "not_acquired");
      }
    }
  }

  private CompletableFuture<AiResult> local(@Nullable String status, String errorCode) {
    return CompletableFuture.completedFuture(LeaseCalls.local(claim.key(), status, errorCode));
  }

  private CompletableFuture<AiResult> awaitOther() {
    WaitOptions wait = claim.options().wait;
    return Waiting.begin(core, call, claim.key(), wait.pace(), Waiting.Missing.ENDS, startNanos)
        .thenCompose(result ->
            Waiting.NOT_FOUND.equals(result.errorCode())
                ? takeOver(wait.timeout)
                : unlessReleased(result, false));
  }

  /// The owner has died, or given the lease back: the key is anybody's.
  private CompletableFuture<AiResult> takeOver(Duration timeout) {
    boolean isLate = System.nanoTime() - startNanos >= Arguments.nanos(timeout);
    boolean retryFailed = claim.retryFailed();
    return isLate
        ? local("failed", "timeout")
        : acquire(claim.leaseAgain(retryFailed), retryFailed);
  }

  // A key that has been released by its failure is there for the next caller. Once: a server that
  // says `released` to whoever retries would be asked for ever.
  private CompletableFuture<AiResult> unlessReleased(AiResult result, boolean retryFailed) {
    boolean isReleased =
        "failed".equals(result.status()) && RELEASED.equals(result.errorCode()) && !retryFailed;
    return isReleased
        ? acquire(claim.leaseAgain(true), true)
        : CompletableFuture.completedFuture(result);
  }
}
