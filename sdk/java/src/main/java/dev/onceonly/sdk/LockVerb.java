package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.Call;
import dev.onceonly.sdk.internal.http.Failures;
import java.util.concurrent.CompletableFuture;

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
      return core.sendHere(call, exchange);
    } catch (RuntimeException e) {
      return failedOpen(e);
    }
  }

  CompletableFuture<CheckLockResult> later(Call call) {
    return core.send(call, exchange).exceptionally(error -> failedOpen(Failures.unwrap(error)));
  }

  private CheckLockResult failedOpen(Throwable error) {
    boolean failOpen = options.failOpen() == null ? core.failOpen() : options.failOpen();
    String reason = failOpen ? LockCalls.reasonToFailOpen(error) : null;
    if (reason == null) {
      throw Failures.<RuntimeException>sneak(error);
    }
    core.logger()
        .log(
            System.Logger.Level.WARNING,
            "check-lock of \"{0}\" FAILED OPEN ({1}): the action goes ahead UNPROTECTED and may run"
                + " twice; turn failOpen off for what must never run twice",
            key,
            reason);
    return LockCalls.failedOpen(key, options, reason);
  }
}
