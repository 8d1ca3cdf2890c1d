package dev.onceonly.sdk.error;

import org.jspecify.annotations.Nullable;

/// No whole answer came: no connection, no TLS, an answer cut short. The cause holds the reason.
public class NetworkException extends OnceOnlyException {
  private static final long serialVersionUID = 1L;

  /// An error with what is known about it.
  public NetworkException(String message, @Nullable Throwable cause, ErrorFacts facts) {
    super(message, cause, facts);
  }
}
