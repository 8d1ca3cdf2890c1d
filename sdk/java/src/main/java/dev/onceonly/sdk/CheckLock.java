package dev.onceonly.sdk;

import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.hook.DuplicateEvent;
import dev.onceonly.sdk.hook.FailOpenEvent;
import dev.onceonly.sdk.internal.http.Failures;
import dev.onceonly.sdk.internal.http.Flow;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// One lock asked for, and what is done when the server can't be asked.
final class CheckLock {
  private CheckLock() {}

  static Flow<CheckLockResult> flow(Core core, String key, CheckLockOptions options) {
    Exchange<CheckLockResult> exchange = LockCalls.checkLock(key, options);
    boolean mayFailOpen = core.failOpen().holds(options.failOpen);
    return call -> {
      CompletableFuture<CheckLockResult> result = core.send(call, exchange);
      return (mayFailOpen
              ? result.exceptionally(error -> failedOpen(core, key, options, error))
              : result)
          .thenApply(outcome -> told(core, outcome));
    };
  }

  private static CheckLockResult told(Core core, CheckLockResult outcome) {
    if (outcome.duplicate()) {
      core.hooks()
          .duplicate(new DuplicateEvent(outcome.key(), outcome.firstSeenAt(), outcome.requestId()));
    }
    return outcome;
  }

  private static CheckLockResult failedOpen(
      Core core, String key, CheckLockOptions options, Throwable wrapped) {
    Throwable error = Failures.unwrap(wrapped);
    String reason = LockCalls.reasonToFailOpen(error);
    if (reason == null
        || !(error instanceof OnceOnlyException own)
        || !core.hooks().allows(new FailOpenEvent(key, reason, own))) {
      throw Failures.<RuntimeException>sneak(error);
    }
    core.logger()
        .log(
            Level.WARNING,
            "check-lock of \"{0}\" FAILED OPEN ({1}): the action goes ahead UNPROTECTED and may run"
                + " twice{2}; turn failOpen off for what must never run twice",
            key,
            reason,
            isOfTls(error) ? "; it will not go away by itself" : "");
    return LockCalls.failedOpen(key, options, reason);
  }

  private static boolean isOfTls(@Nullable Throwable error) {
    return error != null && (error instanceof SSLException || isOfTls(error.getCause()));
  }
}
