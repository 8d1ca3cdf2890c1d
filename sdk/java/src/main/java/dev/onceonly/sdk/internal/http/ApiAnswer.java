package dev.onceonly.sdk.internal.http;

import dev.onceonly.sdk.error.ErrorFacts;
import dev.onceonly.sdk.error.ProtocolException;
import dev.onceonly.sdk.internal.json.Fields;
import dev.onceonly.sdk.internal.json.Json;
import dev.onceonly.sdk.transport.TransportAnswer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An answer whose body has been read.
///
/// @param statusCode the HTTP status
/// @param headers by name in lower case
/// @param body JSON as maps, lists and scalars; a text where an answer that says no is no JSON;
///   null for nothing
public record ApiAnswer(int statusCode, Map<String, String> headers, @Nullable Object body) {
  private static final int TEXT_MAX = 500;

  /// @throws ProtocolException if a 2xx answer is not JSON
  static ApiAnswer read(TransportAnswer answer) {
    int status = answer.statusCode();
    try {
      Object body = answer.body().isBlank() ? null : Json.read(answer.body());
      return new ApiAnswer(status, answer.headers(), body);
    } catch (IllegalArgumentException e) {
      if (isSuccess(status)) {
        throw protocol(status, answer.headers(), "no JSON", e);
      }
      String text = answer.body().strip();
      return new ApiAnswer(
          status, answer.headers(), text.substring(0, Math.min(TEXT_MAX, text.length())));
    }
  }

  private static boolean isSuccess(int status) {
    return status >= 200 && status < 300;
  }

  /// Whether the status is 2xx.
  public boolean isSuccess() {
    return isSuccess(statusCode);
  }

  /// A header of the answer, by its name in lower case.
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /// The answer itself if it is 2xx.
  ///
  /// @throws dev.onceonly.sdk.error.ApiException for every other status
  public ApiAnswer orThrow() {
    if (!isSuccess()) {
      throw ErrorMapping.of(this);
    }
    return this;
  }

  /// The fields of a 2xx answer's object.
  ///
  /// @throws ProtocolException if it is not an object
  public Fields object() {
    if (orThrow().body instanceof Map) {
      return Fields.of(body);
    }
    throw notExpected("no object");
  }

  /// The items of a 2xx answer's list, which may stand in an object's `items`, `list` or `data`.
  ///
  /// @throws ProtocolException if there is no list
  public List<?> list() {
    if (orThrow().body instanceof List<?> list) {
      return list;
    }
    Fields fields = Fields.of(body);
    for (String name : List.of("items", "list", "data")) {
      if (fields.raw().get(name) instanceof List<?> list) {
        return list;
      }
    }
    throw notExpected("no list");
  }

  /// An error about a 2xx answer of another shape.
  public ProtocolException notExpected(String problem) {
    return protocol(statusCode, headers, problem, null);
  }

  private static ProtocolException protocol(
      int status, Map<String, String> headers, String problem, @Nullable Throwable cause) {
    String kind = headers.getOrDefault("content-type", "no content type");
    return new ProtocolException(
        "the server's answer is not what the API sends: %s (%s)".formatted(problem, kind),
        cause,
        new ErrorFacts(status, null, null, headers.get("x-request-id"), null));
  }
}
