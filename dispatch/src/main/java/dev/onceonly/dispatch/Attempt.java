package dev.onceonly.dispatch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How one attempt ended. What follows from it for the call is decided in [HttpToolDispatcher].
sealed interface Attempt {

  /// 2xx, and the answer read to its end or to its bound.
  ///
  /// @param resultJson compact JSON of an object
  record Succeeded(int statusCode, String resultJson) implements Attempt {}

  /// Another status; its body was not read.
  ///
  /// @param retryAfter what the tool asked for; null where it asked for nothing we understand
  record Answered(int statusCode, @Nullable Duration retryAfter) implements Attempt {}

  /// Not a byte of the request was sent.
  ///
  /// @param retryable false where the next attempt would end the same
  record Unsent(String message, boolean retryable) implements Attempt {}

  /// At least a part of the request was sent, and no whole answer came.
  record Lost(String message) implements Attempt {}

  int REQUEST_TIMEOUT = 408;
  int TOO_MANY_REQUESTS = 429;

  /// Whether the tool may have acted (contract 18, outcomes of a dispatch). It certainly has not
  /// after 4xx other than 408 and 429, and after the two redirects that repeat the request.
  default boolean isUncertain() {
    return switch (this) {
      case Succeeded _, Unsent _ -> false;
      case Lost _ -> true;
      case Answered(int status, _) ->
          switch (status) {
            case 307, 308 -> false;
            case REQUEST_TIMEOUT, TOO_MANY_REQUESTS -> true;
            default -> status < 400 || status >= 500;
          };
    };
  }

  /// Whether another attempt may do better (contract 7.4).
  default boolean isRetryable() {
    return switch (this) {
      case Succeeded _ -> false;
      case Unsent(_, boolean retryable) -> retryable;
      case Lost _ -> true;
      case Answered(int status, _) ->
          switch (status) {
            case TOO_MANY_REQUESTS, 500, 502, 503, 504 -> true;
            default -> false;
          };
    };
  }

  /// The tool's status, where there is a whole one.
  default @Nullable Integer status() {
    return switch (this) {
      case Succeeded(int status, _) -> status;
      case Answered(int status, _) -> status;
      case Unsent _, Lost _ -> null;
    };
  }

  /// For people.
  default String message() {
    return switch (this) {
      case Succeeded(int status, _) -> "status " + status;
      case Answered(int status, _) ->
          status >= 300 && status < 400
              ? "status " + status + ", redirects are not followed"
              : "status " + status;
      case Unsent(String message, _) -> message;
      case Lost(String message) -> message;
    };
  }

  default @Nullable Duration retryAfter() {
    return this instanceof Answered(_, Duration asked) ? asked : null;
  }
}
