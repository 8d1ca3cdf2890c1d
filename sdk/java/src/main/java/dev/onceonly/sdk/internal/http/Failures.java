package dev.onceonly.sdk.internal.http;

import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/// Errors as their throwers meant them, out of the wrappers that futures put around them.
public final class Failures {
  private Failures() {}

  /// The error within.
  public static Throwable unwrap(Throwable error) {
    Throwable inner = bare(error);
    return inner instanceof FunctionFailure failure ? failure.error() : inner;
  }

  /// What a future that was made of another has put around the other's error, taken away.
  public static Throwable ofFuture(Throwable error) {
    boolean isWrapper = error instanceof CompletionException || error instanceof ExecutionException;
    Throwable cause = error.getCause();
    // A wrapper says nothing of its own; what does was made by somebody else.
    return isWrapper && cause != null && cause.toString().equals(error.getMessage())
        ? cause
        : error;
  }

  /// The error within, in its carrier when it is a function's own.
  static Throwable bare(Throwable error) {
    Throwable inner = error;
    while ((inner instanceof CompletionException
            || inner instanceof ExecutionException
            || inner instanceof UncheckedIOException)
        && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  /// Throws any error as if it were unchecked.
  ///
  /// @return never
  @SuppressWarnings("unchecked")
  public static <E extends Throwable> RuntimeException sneak(Throwable error) throws E {
    throw (E) error;
  }
}
