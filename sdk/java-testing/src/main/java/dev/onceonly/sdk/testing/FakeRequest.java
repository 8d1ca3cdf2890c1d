package dev.onceonly.sdk.testing;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client has asked. Immutable.
///
/// @param method `GET`, `POST` or `DELETE`
/// @param path decoded, such as `/v1/check-lock`
/// @param query by name, decoded
/// @param headers by name in lower case
/// @param body the JSON object; empty for none
public record FakeRequest(
    String method,
    String path,
    Map<String, String> query,
    Map<String, String> headers,
    Map<String, @Nullable Object> body) {
  /// A text of the body, or else of the query; null when it is in neither.
  public @Nullable String text(String name) {
    return body.get(name) instanceof String text ? text : query.get(name);
  }

  /// Method and path: headers hold the API key.
  @Override
  public String toString() {
    return method + " " + path;
  }
}
