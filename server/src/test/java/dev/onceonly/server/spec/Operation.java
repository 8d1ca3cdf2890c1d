package dev.onceonly.server.spec;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One operation of the document.
///
/// @param method the HTTP method in capitals
/// @param path the path as the document writes it, with `{variables}`
/// @param node the operation's object in the document
record Operation(String id, String method, String path, JsonNode node) {
  /// `METHOD /path`, as in a list of routes.
  String route() {
    return method + " " + path;
  }

  List<JsonNode> steps() {
    return node.path("x-onceonly-scenario").values().stream().toList();
  }

  /// The parameters of one place (`query` or `header`), with references followed.
  List<JsonNode> parameters(SpecDocument document, String in) {
    return node.path("parameters").values().stream()
        .map(document::resolve)
        .filter(parameter -> parameter.path("in").asString("").equals(in))
        .toList();
  }

  /// The documented answer of a status, with references followed.
  Optional<JsonNode> response(SpecDocument document, int status) {
    return node.path("responses").optional(Integer.toString(status)).map(document::resolve);
  }

  /// The JSON body's description: an object with `schema` and `examples`.
  Optional<JsonNode> requestContent() {
    return node.path("requestBody").path("content").optional("application/json");
  }
}
