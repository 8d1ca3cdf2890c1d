package dev.onceonly.sdk.error;

import org.jspecify.annotations.Nullable;

/// 422: the server can't read the request.
public final class ValidationException extends ApiException {
  private static final long serialVersionUID = 1L;

  /// An error with what is known about it.
  public ValidationException(String message, @Nullable Throwable cause, ErrorFacts facts) {
    super(message, cause, facts);
  }
}
