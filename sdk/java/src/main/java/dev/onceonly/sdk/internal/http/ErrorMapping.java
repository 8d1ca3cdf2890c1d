package dev.onceonly.sdk.internal.http;

import dev.onceonly.sdk.error.ApiException;
import dev.onceonly.sdk.error.ErrorFacts;
import dev.onceonly.sdk.error.OverLimitException;
import dev.onceonly.sdk.error.RateLimitException;
import dev.onceonly.sdk.error.UnauthorizedException;
import dev.onceonly.sdk.error.ValidationException;
import dev.onceonly.sdk.internal.json.Fields;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Answers that say no, as exceptions.
public final class ErrorMapping {
  private static final Set<String> ABOUT_THE_KEY_TEXTS =
      Set.of("forbidden", "invalid api key", "api key disabled");
  private static final Set<String> ABOUT_THE_KEY_CODES =
      Set.of("forbidden", "invalid_api_key", "api_key_disabled");

  private ErrorMapping() {}

  /// The exception for an answer that is not 2xx.
  public static ApiException of(ApiAnswer answer) {
    Object detail = detail(answer.body());
    ErrorFacts facts =
        new ErrorFacts(
            answer.statusCode(),
            code(detail),
            detail,
            answer.header("x-request-id"),
            RetryAfter.read(answer.header("retry-after")));
    String message = message(detail, answer.statusCode());
    return switch (answer.statusCode()) {
      case 401 -> new UnauthorizedException(message, null, facts);
      case 402 -> new OverLimitException(message, null, facts);
      case 422 -> new ValidationException(message, null, facts);
      case 429 -> new RateLimitException(message, null, facts);
      case 403 ->
          isAboutTheKey(detail)
              ? new UnauthorizedException(message, null, facts)
              : new ApiException(message, null, facts);
      default -> new ApiException(message, null, facts);
    };
  }

  /// The answer's `detail.error`, or null.
  public static @Nullable String code(ApiAnswer answer) {
    return code(detail(answer.body()));
  }

  private static @Nullable String code(@Nullable Object detail) {
    return Fields.of(detail).text("error");
  }

  // An answer that is not the API's, a proxy's for one, is its own detail.
  private static @Nullable Object detail(@Nullable Object body) {
    return body instanceof Map<?, ?> map && map.containsKey("detail") ? map.get("detail") : body;
  }

  private static String message(@Nullable Object detail, int statusCode) {
    Fields fields = Fields.of(detail);
    String message = fields.text("error");
    if (message == null) {
      message = fields.text("message");
    }
    if (message == null && detail instanceof String text) {
      message = text;
    }
    if (message == null && detail instanceof List<?> list && !list.isEmpty()) {
      message = Fields.of(list.get(0)).text("msg");
    }
    return message == null || message.isBlank() ? "HTTP " + statusCode : message;
  }

  private static boolean isAboutTheKey(@Nullable Object detail) {
    if (detail instanceof String text) {
      return ABOUT_THE_KEY_TEXTS.contains(text.toLowerCase(Locale.ROOT));
    }
    Fields fields = Fields.of(detail);
    String code = fields.text("error");
    String message = fields.text("message");
    return (code != null && ABOUT_THE_KEY_CODES.contains(code.toLowerCase(Locale.ROOT)))
        || (message != null && ABOUT_THE_KEY_TEXTS.contains(message.toLowerCase(Locale.ROOT)));
  }
}
