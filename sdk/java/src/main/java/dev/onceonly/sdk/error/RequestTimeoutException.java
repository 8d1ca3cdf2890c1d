package dev.onceonly.sdk.error;

import org.jspecify.annotations.Nullable;

/// No answer within the client's `timeout`, or before its `deadline`.
public final class RequestTimeoutException extends NetworkException {
  private static final long serialVersionUID = 1L;

  /// An error with what is known about it.
  public RequestTimeoutException(String message, @Nullable Throwable cause, ErrorFacts facts) {
    super(message, cause, facts);
  }
}
