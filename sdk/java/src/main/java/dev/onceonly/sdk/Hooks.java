package dev.onceonly.sdk;

import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.hook.DuplicateEvent;
import dev.onceonly.sdk.hook.FailOpenEvent;
import dev.onceonly.sdk.hook.RetryEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The user's hooks, whose errors never hide an outcome. Thread-safe when they are.
///
/// @param logger where a hook's error goes
/// @param onDuplicate told of each duplicate
/// @param onRetry told before each further attempt
/// @param onFailOpen says whether a lock may fail open
record Hooks(
    Logger logger,
    Consumer<DuplicateEvent> onDuplicate,
    Consumer<RetryEvent> onRetry,
    Predicate<FailOpenEvent> onFailOpen) {

  /// Tells an outcome if it is a duplicate.
  void told(BatchItem outcome) {
    if (outcome instanceof CheckLockResult lock && lock.duplicate()) {
      guarded(
          "onDuplicate",
          onDuplicate,
          new DuplicateEvent(lock.key(), lock.firstSeenAt(), lock.requestId()));
    }
  }

  void retry(String method, String path, int attempt, Duration pause, OnceOnlyException failure) {
    logger.log(
        Level.DEBUG,
        "{0} {1} is attempted again in {2} ms: {3}",
        method,
        path,
        pause.toMillis(),
        failure.getMessage());
    guarded("onRetry", onRetry, new RetryEvent(method, path, attempt, pause, failure));
  }

  /// Whether the lock may fail open; what the hook throws refuses, and is kept with the call's
  /// error.
  boolean allows(FailOpenEvent event) {
    try {
      return onFailOpen.test(event);
    } catch (Exception e) {
      event.cause().addSuppressed(e);
      return false;
    }
  }

  private <E> void guarded(String name, Consumer<E> hook, E event) {
    try {
      hook.accept(event);
    } catch (Exception e) {
      logger.log(Level.WARNING, "The hook " + name + " failed", e);
    }
  }
}
