package dev.onceonly.sdk.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Everything that the client throws about a call, arguments that can't be right
/// ([IllegalArgumentException]) and cancellation ([java.util.concurrent.CancellationException])
/// excepted. Neither message nor parts ever hold the API key.
public class OnceOnlyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorFacts facts;

  /// An error with what is known about it.
  public OnceOnlyException(String message, @Nullable Throwable cause, ErrorFacts facts) {
    super(message, cause);
    this.facts = facts;
  }

  /// The answer's HTTP status; null when there was no answer.
  public @Nullable Integer statusCode() {
    return facts.statusCode();
  }

  /// The answer's `detail.error`; null when there is none.
  public @Nullable String code() {
    return facts.code();
  }

  /// The answer's `detail`: a text, a `Map<String, Object>` or a `List<Object>`; null when there is
  /// none.
  public @Nullable Object detail() {
    return facts.detail();
  }

  /// What the server calls the request; null when it does not say.
  public @Nullable String requestId() {
    return facts.requestId();
  }

  /// How long the server asks to wait before the next attempt; null when it does not say.
  public @Nullable Duration retryAfter() {
    return facts.retryAfter();
  }
}
