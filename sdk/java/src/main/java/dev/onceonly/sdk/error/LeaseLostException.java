package dev.onceonly.sdk.error;

import org.jspecify.annotations.Nullable;

/// A function's lease is gone: another owns the key, somebody else has ended the run, or the lease
/// has run out without being extended (code `lease_expired`).
public final class LeaseLostException extends OnceOnlyException {
  private static final long serialVersionUID = 1L;

  private final boolean ran;
  private final transient @Nullable Object result;

  /// An error about a function that has not returned.
  public LeaseLostException(String message, @Nullable Throwable cause, ErrorFacts facts) {
    this(message, cause, facts, false, null);
  }

  /// An error with what the function has returned.
  public LeaseLostException(
      String message,
      @Nullable Throwable cause,
      ErrorFacts facts,
      boolean ran,
      @Nullable Object result) {
    super(message, cause, facts);
    this.ran = ran;
    this.result = result;
  }

  /// Whether the function has returned, so that its effect has happened, though it is not recorded.
  public boolean ran() {
    return ran;
  }

  /// What the function has returned; null when it has not, or has returned nothing.
  public @Nullable Object result() {
    return result;
  }
}
