package dev.onceonly.sdk.error;

import org.jspecify.annotations.Nullable;

/// The client was closed before or while it was used.
public final class ClientClosedException extends OnceOnlyException {
  private static final long serialVersionUID = 1L;

  /// An error with what is known about it.
  public ClientClosedException(String message, @Nullable Throwable cause, ErrorFacts facts) {
    super(message, cause, facts);
  }
}
