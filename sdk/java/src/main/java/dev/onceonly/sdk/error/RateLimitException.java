package dev.onceonly.sdk.error;

import org.jspecify.annotations.Nullable;

/// 429: too many requests, or an overloaded server that has held nothing.
public final class RateLimitException extends ApiException {
  private static final long serialVersionUID = 1L;

  /// An error with what is known about it.
  public RateLimitException(String message, @Nullable Throwable cause, ErrorFacts facts) {
    super(message, cause, facts);
  }
}
