package dev.onceonly.server.spec;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One step of a scenario, as `spec/README.md` describes it.
///
/// @param operation the operation that is called; empty for a method and path that the document
///   does not know
/// @param node the step in the document
record Step(Optional<Operation> operation, JsonNode node) {
  String name() {
    return node.path("name").asString("a step without a name");
  }

  /// Who asks, in lower case.
  String caller() {
    return node.path("as").asString("admin");
  }

  boolean invalid() {
    return node.path("invalid").asBoolean(false);
  }

  /// The values of the path's `{variables}`, by name, placeholders not yet filled.
  JsonNode variables() {
    return request().path("variables");
  }

  /// How long an answer may take to be as expected, in milliseconds.
  long withinMs() {
    return node.path("within_ms").asLong(0);
  }

  JsonNode request() {
    return node.path("request");
  }

  JsonNode expect() {
    return node.path("expect");
  }

  String method() {
    return operation.map(Operation::method).orElse(request().path("method").asString(""));
  }

  String path() {
    return operation.map(Operation::path).orElse(request().path("path").asString(""));
  }

  /// The request's body: the named example with the step's own fields laid over it; empty if there
  /// is none.
  Optional<JsonNode> body() {
    JsonNode own = request().path("body");
    JsonNode example = example();
    if (example instanceof ObjectNode object && own.isObject()) {
      ObjectNode merged = object.deepCopy();
      own.properties().forEach(field -> merged.set(field.getKey(), field.getValue()));
      return Optional.of(merged);
    }
    JsonNode body = own.isMissingNode() ? example : own;
    return body.isMissingNode() ? Optional.empty() : Optional.of(body);
  }

  /// The named request example's value, or a missing node.
  private JsonNode example() {
    String name = request().path("example").asString("");
    return operation
        .flatMap(Operation::requestContent)
        .map(content -> content.path("examples").path(name).path("value"))
        .orElse(node.path("no such example"));
  }
}
