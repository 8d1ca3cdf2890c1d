package dev.onceonly.sdk.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is known about an error beside its message; each part is null when it is not known.
///
/// @param statusCode the answer's HTTP status
/// @param code the answer's `detail.error`, a word of a closed set
/// @param detail the answer's `detail`: text, map or list
/// @param requestId what the server calls the request
/// @param retryAfter how long the server asks to wait before the next attempt
public record ErrorFacts(
    @Nullable Integer statusCode,
    @Nullable String code,
    @Nullable Object detail,
    @Nullable String requestId,
    @Nullable Duration retryAfter) {
  /// Nothing is known beside the message.
  public static final ErrorFacts NONE = new ErrorFacts(null, null, null, null, null);

  /// Only a code is known.
  public static ErrorFacts code(@Nullable String code) {
    return new ErrorFacts(null, code, null, null, null);
  }
}
