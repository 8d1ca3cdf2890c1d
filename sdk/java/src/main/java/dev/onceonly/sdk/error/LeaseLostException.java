package dev.onceonly.sdk.error;

import org.jspecify.annotations.Nullable;

/// A function's lease is gone: another owns the key, or somebody else has ended the run.
public final class LeaseLostException extends OnceOnlyException {
  private static final long serialVersionUID = 1L;

  /// An error with what is known about it.
  public LeaseLostException(String message, @Nullable Throwable cause, ErrorFacts facts) {
    super(message, cause, facts);
  }
}
