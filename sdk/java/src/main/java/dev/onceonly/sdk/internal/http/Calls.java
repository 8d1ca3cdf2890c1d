package dev.onceonly.sdk.internal.http;

import dev.onceonly.sdk.error.ClientClosedException;
import dev.onceonly.sdk.error.ErrorFacts;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.internal.trace.Tracing;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The calls that a client has open. Thread-safe.
public final class Calls {
  private final Set<Call> open = ConcurrentHashMap.newKeySet();
  private final Tracing tracing;
  private volatile boolean closed;

  /// @param tracing tells what a caller's thread belongs to
  public Calls(Tracing tracing) {
    this.tracing = tracing;
  }

  /// Starts a verb. Cancelling the future ends the call.
  public <T extends @Nullable Object> CompletableFuture<T> start(Flow<T> flow) {
    return start(flow, open(), Failures::unwrap);
  }

  private <T extends @Nullable Object> CompletableFuture<T> start(
      Flow<T> flow, Call call, UnaryOperator<Throwable> told) {
    CompletableFuture<T> outcome = new CompletableFuture<>();
    Completion.of(
        begin(flow, call),
        (value, error) -> {
          open.remove(call);
          if (error == null) {
            outcome.complete(value);
          } else {
            outcome.completeExceptionally(told.apply(error));
          }
        });
    Completion.of(
        outcome,
        (value, error) -> {
          if (outcome.isCancelled()) {
            call.end(new CancellationException("The call was cancelled"));
          }
        });
    return outcome;
  }

  private Call open() {
    Call call = new Call(tracing.current());
    open.add(call);
    // In this order, so that a call is either seen by close or sees it.
    if (closed) {
      call.close(closedError("the client is closed"));
    }
    return call;
  }

  /// A verb that blocks.
  public interface Verb<T extends @Nullable Object> {
    /// Does it as a part of a call.
    T call(Call call) throws InterruptedException;
  }

  /// Does a verb in the caller's thread, without any other. An interrupt ends the call.
  ///
  /// @throws CancellationException when interrupted; the thread's interrupt status is set again
  public <T extends @Nullable Object> T here(Verb<T> verb) {
    Call call = open();
    try {
      return verb.call(call);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      open.remove(call);
    }
  }

  /// Waits for a verb in the caller's thread. An interrupt ends the call.
  ///
  /// @throws CancellationException when interrupted; the thread's interrupt status is set again
  public <T extends @Nullable Object> T await(Flow<T> flow) {
    CompletableFuture<T> outcome = start(flow, open(), Failures::bare);
    try {
      return outcome.get();
    } catch (InterruptedException e) {
      outcome.cancel(true);
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw Failures.<RuntimeException>sneak(asThrownHere(Failures.ofFuture(e)));
    }
  }

  /// Does a verb whose functions of the user run in the caller's thread. An interrupt ends the call
  /// as long as no such function has run; afterwards it ends what the function has left to a
  /// future, and what the function has done is still recorded.
  public <T extends @Nullable Object> T awaitHere(Function<CallerThread, Flow<T>> flow) {
    CallerThread here = new CallerThread();
    Call call = open();
    CompletableFuture<T> outcome = start(flow.apply(here), call, Failures::bare);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Completion.of(
        outcome,
        (value, error) -> {
          failure.set(error);
          here.finish();
        });
    try {
      here.work(() -> call.end(new CancellationException("The call was interrupted")));
    } catch (InterruptedException e) {
      outcome.cancel(true);
      throw interrupted(e);
    }
    Throwable error = failure.get();
    if (error != null) {
      throw Failures.<RuntimeException>sneak(asThrownHere(error));
    }
    return outcome.join();
  }

  /// Ends every open call, and refuses all later ones.
  public void close() {
    closed = true;
    for (Call call : open) {
      call.close(closedError("the client was closed during the call"));
    }
  }

  private static ClientClosedException closedError(String message) {
    return new ClientClosedException(message, null, ErrorFacts.code("client_closed"));
  }

  private static <T extends @Nullable Object> CompletableFuture<T> begin(Flow<T> flow, Call call) {
    try {
      return flow.begin(call);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static CancellationException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    CancellationException error = new CancellationException("The call was interrupted");
    error.initCause(cause);
    return error;
  }

  /// The error with the caller's stack, which says more than that of a thread of the HTTP client.
  private static Throwable asThrownHere(Throwable error) {
    if (error instanceof FunctionFailure failure) {
      return failure.error();
    }
    if (error instanceof OnceOnlyException own) {
      own.fillInStackTrace();
    }
    return error;
  }
}
