package dev.onceonly.sdk;

import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.hook.FailOpenEvent;
import dev.onceonly.sdk.internal.http.Call;
import dev.onceonly.sdk.internal.http.Failures;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// `check_lock` for blocking and asynchronous callers, with what it says while the server can't be
/// asked. Its request is made once, so an attempt id is of one logical call.
final class LockVerb {
  private final Core core;
  private final String key;
  private final CheckLockOptions options;
  private final Exchange<CheckLockResult> exchange;

  /// @throws IllegalArgumentException if the arguments can't be right
  LockVerb(Core core, String key, CheckLockOptions options) {
    this.core = core;
    this.key = key;
    this.options = options;
    this.exchange = LockCalls.checkLock(key, options);
  }

  CheckLockResult here(Call call) throws InterruptedException {
    try {
      return told(core.sendHere(call, exchange));
    } catch (RuntimeException e) {
      return failedOpen(e);
    }
  }

  CompletableFuture<CheckLockResult> later(Call call) {
    return core.send(call, exchange)
        .thenApply(this::told)
        .exceptionally(error -> failedOpen(Failures.unwrap(error)));
  }

  private CheckLockResult told(CheckLockResult result) {
    core.hooks().told(result);
    return result;
  }

  private static boolean isOfTls(@Nullable Throwable error) {
    return error != null && (error instanceof SSLException || isOfTls(error.getCause()));
  }

  private CheckLockResult failedOpen(Throwable error) {
    boolean mayFailOpen = core.failOpen().holds(options.failOpen);
    String reason = mayFailOpen ? LockCalls.reasonToFailOpen(error) : null;
    if (reason == null
        || !(error instanceof OnceOnlyException own)
        || !core.hooks().allows(new FailOpenEvent(key, reason, own))) {
      throw Failures.<RuntimeException>sneak(error);
    }
    core.logger()
        .log(
            System.Logger.Level.WARNING,
            "check-lock of \"{0}\" FAILED OPEN ({1}): the action goes ahead UNPROTECTED and may run"
                + " twice{2}; turn failOpen off for what must never run twice",
            key,
            reason,
            isOfTls(error) ? "; it will not go away by itself" : "");
    return LockCalls.failedOpen(key, options, reason);
  }
}
