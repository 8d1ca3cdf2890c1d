package dev.onceonly.sdk.transport;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One attempt. Its headers hold the API key, so its text shows none of them.
///
/// @param method `GET`, `POST` or `DELETE`
/// @param uri where to, with its query
/// @param headers by name, in the usual spelling
/// @param body JSON to be sent as UTF-8, or null for no body
/// @param timeout how long the client waits for the last byte of the answer
public record TransportRequest(
    String method, URI uri, Map<String, String> headers, @Nullable String body, Duration timeout) {
  /// A copy with another `timeout`.
  public TransportRequest timeout(Duration timeout) {
    return new TransportRequest(method, uri, headers, body, timeout);
  }

  /// Method and address without the query: keys of users stand there.
  @Override
  public String toString() {
    return method + " " + uri.getRawPath();
  }
}
