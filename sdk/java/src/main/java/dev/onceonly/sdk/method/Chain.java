package dev.onceonly.sdk.method;

import dev.onceonly.sdk.internal.http.Completion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The outcome of futures that follow one another. Cancelling it cancels the one that is waited for
/// now. Thread-safe.
final class Chain {
  private final CompletableFuture<@Nullable Object> outcome = new CompletableFuture<>();
  private final AtomicReference<@Nullable CompletionStage<?>> current = new AtomicReference<>();

  Chain() {
    Completion.of(outcome, (value, error) -> cancelCurrent());
  }

  CompletableFuture<@Nullable Object> outcome() {
    return outcome;
  }

  boolean isCancelled() {
    return outcome.isCancelled();
  }

  /// What is waited for from now on.
  void waitFor(CompletionStage<?> next) {
    current.set(next);
    cancelCurrent();
  }

  private void cancelCurrent() {
    CompletionStage<?> now = current.get();
    if (now == null || !outcome.isCancelled()) {
      return;
    }
    try {
      now.toCompletableFuture().cancel(true);
    } catch (UnsupportedOperationException e) {
      // A stage of another library that has no future; it goes on, and is still watched.
    }
  }

  void complete(@Nullable Object value) {
    outcome.complete(value);
  }

  void fail(Throwable error) {
    outcome.completeExceptionally(error);
  }
}
