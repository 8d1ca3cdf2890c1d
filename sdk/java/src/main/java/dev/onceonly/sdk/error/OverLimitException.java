package dev.onceonly.sdk.error;

import org.jspecify.annotations.Nullable;

/// 402: the plan's monthly limit has been reached.
public final class OverLimitException extends ApiException {
  private static final long serialVersionUID = 1L;

  /// An error with what is known about it.
  public OverLimitException(String message, @Nullable Throwable cause, ErrorFacts facts) {
    super(message, cause, facts);
  }
}
