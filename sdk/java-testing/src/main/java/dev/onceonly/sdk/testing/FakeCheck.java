package dev.onceonly.sdk.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onceonly.sdk.internal.json.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the server refuses in a request for its form, before it looks at any key.
final class FakeCheck {
  private static final int TEXT_MAX = 256;
  private static final int FINGERPRINT_MAX = 128;
  private static final int LOCK_METADATA_BYTES_MAX = 2_048;
  private static final int LEASE_METADATA_BYTES_MAX = 64 * 1_024;
  private static final int BODY_BYTES_MAX = 256 * 1_024;
  private static final int BATCH_BYTES_MAX = 4 * 1_024 * 1_024;
  private static final int ITEMS_MAX = 1_000;

  private FakeCheck() {}

  /// The refusal; null for a request that is in order.
  static @Nullable FakeAnswer of(FakeRequest request) {
    Map<String, @Nullable Object> body = request.body();
    int bytesMax = request.path().endsWith("/batch") ? BATCH_BYTES_MAX : BODY_BYTES_MAX;
    if (Json.write(body).getBytes(UTF_8).length > bytesMax) {
      return FakeAnswer.refused(413, "body_too_large");
    }
    return switch (request.path()) {
      case "/v1/check-lock" -> lock(body);
      case "/v1/check-lock/batch" ->
          body.get("items") instanceof List<?> items
                  && !items.isEmpty()
                  && items.size() <= ITEMS_MAX
              ? null
              : wrong("items", "must be a list of 1 to 1000 items");
      case "/v1/check-lock/release" ->
          first(
              key(body),
              body.get("lock_id") == null && attemptId(request) == null
                  ? wrong("lock_id", "is required")
                  : text(body, "lock_id", TEXT_MAX, false));
      case "/v1/ai/lease" -> claim(body);
      case "/v1/ai/run" -> body.containsKey("key") ? claim(body) : null;
      case "/v1/ai/status", "/v1/ai/result" ->
          first(key(Map.of("key", String.valueOf(request.text("key")))), wait(request));
      case "/v1/ai/extend" -> owned(body);
      case "/v1/ai/complete" ->
          first(
              owned(body),
              body.get("result") == null || body.get("result") instanceof Map
                  ? null
                  : wrong("result", "must be an object"));
      case "/v1/ai/fail" -> first(owned(body), text(body, "error_code", TEXT_MAX, true));
      case "/v1/ai/cancel" ->
          first(
              owned(body),
              "".equals(body.get("reason")) ? null : text(body, "reason", TEXT_MAX, false));
      default -> null;
    };
  }

  static @Nullable String attemptId(FakeRequest request) {
    return request.headers().get("x-onceonly-attempt-id");
  }

  /// The refusal of what asks for a lock.
  static @Nullable FakeAnswer lock(Map<String, @Nullable Object> body) {
    return first(
        key(body),
        text(body, "fingerprint", FINGERPRINT_MAX, false),
        object(body, "metadata", LOCK_METADATA_BYTES_MAX));
  }

  private static @Nullable FakeAnswer claim(Map<String, @Nullable Object> body) {
    return first(
        key(body),
        text(body, "fingerprint", FINGERPRINT_MAX, false),
        object(body, "metadata", LEASE_METADATA_BYTES_MAX));
  }

  private static @Nullable FakeAnswer owned(Map<String, @Nullable Object> body) {
    return first(key(body), text(body, "lease_id", TEXT_MAX, true));
  }

  private static @Nullable FakeAnswer key(Map<String, @Nullable Object> body) {
    FakeAnswer wrong = text(body, "key", TEXT_MAX, true);
    boolean isBlank = body.get("key") instanceof String key && key.isBlank();
    return wrong == null && isBlank ? wrong("key", "must not be blank") : wrong;
  }

  private static @Nullable FakeAnswer text(
      Map<String, @Nullable Object> body, String name, int most, boolean isNeeded) {
    Object value = body.get(name);
    if (value == null) {
      return isNeeded ? wrong(name, "is required") : null;
    }
    boolean isRight =
        value instanceof String text
            && !text.isEmpty()
            && text.codePointCount(0, text.length()) <= most
            && text.indexOf('\0') < 0;
    return isRight ? null : wrong(name, "must be a text of 1 to " + most + " characters");
  }

  private static @Nullable FakeAnswer object(
      Map<String, @Nullable Object> body, String name, int bytesMax) {
    Object value = body.get(name);
    if (value == null) {
      return null;
    }
    boolean isRight =
        value instanceof Map
            && Json.write(FakeBody.asObject(value)).getBytes(UTF_8).length <= bytesMax;
    return isRight ? null : wrong(name, "must be an object of at most " + bytesMax + " bytes");
  }

  private static @Nullable FakeAnswer wait(FakeRequest request) {
    String wait = request.query().get("wait");
    return wait == null || wait.matches("\\d+(\\.\\d+)?")
        ? null
        : wrong("wait", "must be a number of seconds, 0 or more");
  }

  private static @Nullable FakeAnswer first(@Nullable FakeAnswer... refusals) {
    for (FakeAnswer refusal : refusals) {
      if (refusal != null) {
        return refusal;
      }
    }
    return null;
  }

  private static FakeAnswer wrong(String name, String words) {
    Map<String, @Nullable Object> item =
        FakeAnswer.object(
            "type", "value_error", "loc", List.of("body", name), "msg", name + " " + words);
    return new FakeAnswer(422, FakeAnswer.object("detail", List.of(item)));
  }
}
