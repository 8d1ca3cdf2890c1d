package dev.onceonly.sdk.error;

import org.jspecify.annotations.Nullable;

/// An answer that says no.
public class ApiException extends OnceOnlyException {
  private static final long serialVersionUID = 1L;

  /// An error with what is known about it.
  public ApiException(String message, @Nullable Throwable cause, ErrorFacts facts) {
    super(message, cause, facts);
  }
}
