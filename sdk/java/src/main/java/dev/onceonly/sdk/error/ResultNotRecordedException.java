package dev.onceonly.sdk.error;

import org.jspecify.annotations.Nullable;

/// A function has run under its lease and returned, so that its effect has happened, but its result
/// could not be recorded: once the lease has run out, another caller may run the function again.
/// The cause says why.
public final class ResultNotRecordedException extends OnceOnlyException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Object result;

  /// An error with what the function has returned.
  public ResultNotRecordedException(
      String message, @Nullable Throwable cause, ErrorFacts facts, @Nullable Object result) {
    super(message, cause, facts);
    this.result = result;
  }

  /// What the function has returned; null when it has returned nothing.
  public @Nullable Object result() {
    return result;
  }
}
