package dev.onceonly.server.spec;

import java.net.http.HttpHeaders;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What a server has answered.
record Answer(int status, HttpHeaders headers, String body) {
  /// The media type without its parameters, in lower case; empty if there is none.
  String mediaType() {
    String type = headers.firstValue("Content-Type").orElse("");
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  /// The body as JSON; empty if it is none.
  Optional<JsonNode> json() {
    try {
      return body.isEmpty() ? Optional.empty() : Optional.of(SpecDocument.JSON.readTree(body));
    } catch (JacksonException notJson) {
      return Optional.empty();
    }
  }
}
