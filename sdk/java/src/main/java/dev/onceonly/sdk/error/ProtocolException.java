package dev.onceonly.sdk.error;

import org.jspecify.annotations.Nullable;

/// A 2xx answer that is not what the API sends, such as HTML.
public final class ProtocolException extends OnceOnlyException {
  private static final long serialVersionUID = 1L;

  /// An error with what is known about it.
  public ProtocolException(String message, @Nullable Throwable cause, ErrorFacts facts) {
    super(message, cause, facts);
  }
}
