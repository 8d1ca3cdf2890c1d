package dev.onceonly.sdk.error;

import org.jspecify.annotations.Nullable;

/// A dispatch does not prove that it comes from the server: its signature is missing or wrong, it
/// is too old, or its body is no JSON object. Neither message nor parts ever hold a signature that
/// would have fitted.
public final class DispatchVerificationException extends OnceOnlyException {
  private static final long serialVersionUID = 1L;

  /// An error with what is known about it.
  public DispatchVerificationException(
      String message, @Nullable Throwable cause, ErrorFacts facts) {
    super(message, cause, facts);
  }
}
