package dev.onceonly.server.fault;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/// One complete HTTP answer.
///
/// @param headers by their names in lower case
record Answer(int status, Map<String, String> headers, JsonNode body) {

  String text(String field) {
    return body.path(field).asString("");
  }

  long number(String field) {
    return body.path(field).asLong(0);
  }

  /// `detail.error` of a refusal, or nothing.
  String error() {
    return body.path("detail").path("error").asString("");
  }
}
