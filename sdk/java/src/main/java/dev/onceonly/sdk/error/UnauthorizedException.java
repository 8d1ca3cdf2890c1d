package dev.onceonly.sdk.error;

import org.jspecify.annotations.Nullable;

/// 401, or 403 that is about the API key: missing, unknown, disabled or not allowed to do this.
public final class UnauthorizedException extends ApiException {
  private static final long serialVersionUID = 1L;

  /// An error with what is known about it.
  public UnauthorizedException(String message, @Nullable Throwable cause, ErrorFacts facts) {
    super(message, cause, facts);
  }
}
