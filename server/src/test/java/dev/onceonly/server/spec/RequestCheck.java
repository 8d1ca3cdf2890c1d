package dev.onceonly.server.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Holds a scenario's request to what the document says about requests, so that the examples teach
/// nothing wrong.
final class RequestCheck {
  private final SpecDocument document;

  RequestCheck(SpecDocument document) {
    this.document = document;
  }

  /// One sentence for each way in which the request is not as documented.
  ///
  /// @param given the values of each place (`path`, `query`, `header`) by name, placeholders filled
  List<String> faults(Operation operation, Optional<JsonNode> body, Map<String, JsonNode> given) {
    List<String> faults = new ArrayList<>();
    Optional<JsonNode> content = operation.requestContent();
    if (body.isPresent() && content.isPresent()) {
      document
          .faults(content.get().path("schema"), body.get())
          .forEach(fault -> faults.add("request body " + fault));
    } else if (body.isPresent()) {
      faults.add("the request has a body, none is documented");
    } else if (operation.node().path("requestBody").path("required").asBoolean(false)) {
      faults.add("the request has no body, one is documented as required");
    }
    given.forEach((in, values) -> faults.addAll(parameterFaults(operation, in, values)));
    return faults;
  }

  private List<String> parameterFaults(Operation operation, String in, JsonNode given) {
    List<String> faults = new ArrayList<>();
    List<JsonNode> parameters = operation.parameters(document, in);
    for (JsonNode parameter : parameters) {
      String name = parameter.path("name").asString();
      if (given.has(name)) {
        JsonNode schema = parameter.path("schema");
        document
            .faults(schema, AnswerCheck.typed(document, schema, given.path(name).asString()))
            .forEach(fault -> faults.add(in + " parameter " + name + " " + fault));
      } else if (parameter.path("required").asBoolean(false)) {
        faults.add(in + " parameter " + name + " is missing");
      }
    }
    for (Map.Entry<String, JsonNode> field : given.properties()) {
      boolean known =
          parameters.stream().anyMatch(p -> p.path("name").asString().equals(field.getKey()));
      if (!known && (!in.equals("header") || field.getKey().startsWith("X-OnceOnly-"))) {
        faults.add(in + " parameter " + field.getKey() + " is not documented");
      }
    }
    return faults;
  }
}
