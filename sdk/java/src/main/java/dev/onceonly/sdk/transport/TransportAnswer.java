package dev.onceonly.sdk.transport;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A whole answer.
///
/// @param statusCode the HTTP status
/// @param headers by name, in lower case; the first value where there are several
/// @param body what came, read as UTF-8; perhaps nothing
public record TransportAnswer(int statusCode, Map<String, String> headers, String body) {
  /// Takes header names in any case.
  public TransportAnswer {
    Map<String, String> lower = new TreeMap<>();
    headers.forEach((name, value) -> lower.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
    headers = Map.copyOf(lower);
  }

  /// Status and size: what is in the body may be a user's.
  @Override
  public String toString() {
    return statusCode + ", " + body.length() + " characters";
  }
}
