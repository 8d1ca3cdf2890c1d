package dev.onceonly.server.spec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Checks a document's examples: each is there, is as its own schema says, and is replayed by a
/// scenario.
final class ExampleLint {
  private final SpecDocument document;
  private final Set<String> replayed = new HashSet<>();
  private final List<String> faults = new ArrayList<>();

  private ExampleLint(SpecDocument document) {
    this.document = document;
  }

  /// One sentence for each fault.
  static List<String> faults(SpecDocument document) {
    ExampleLint lint = new ExampleLint(document);
    for (Operation operation : document.operations()) {
      if (operation.steps().isEmpty()) {
        lint.faults.add(operation.route() + " has no scenario");
      }
      operation.steps().forEach(step -> lint.checkStep(operation, step));
    }
    for (Operation operation : document.operations()) {
      lint.checkRequest(operation);
      lint.checkParameters(operation);
      lint.checkResponses(operation);
    }
    return lint.faults;
  }

  /// Collects what the step replays. An example that a step names has to exist.
  private void checkStep(Operation home, JsonNode node) {
    Optional<String> call = node.path("call").stringValueOpt();
    Optional<Operation> operation =
        call.isPresent() ? document.operation(call.get()) : Optional.of(home);
    String name = home.route() + " step '" + node.path("name").asString("") + "'";
    if (operation.isEmpty()) {
      faults.add(name + " calls an unknown operation");
      return;
    }
    JsonNode expect = node.path("expect");
    int status = expect.path("status").asInt(0);
    Optional<JsonNode> response = operation.get().response(document, status);
    if (response.isEmpty()) {
      faults.add(name + " expects status " + status + ", which is not documented");
    }
    String id = operation.get().id();
    JsonNode requests =
        operation.get().requestContent().map(c -> c.path("examples")).orElse(node.path("none"));
    noteReplay(name, id + " request ", node.path("request").path("example"), requests);
    ObjectNode examples = SpecDocument.JSON.createObjectNode();
    response
        .map(r -> r.path("content").values())
        .orElse(List.of())
        .forEach(content ->
            content
                .path("examples")
                .properties()
                .forEach(e -> examples.set(e.getKey(), e.getValue())));
    noteReplay(name, id + " " + status + " ", expect.path("example"), examples);
  }

  private void noteReplay(String step, String prefix, JsonNode example, JsonNode examples) {
    example
        .stringValueOpt()
        .ifPresent(name -> {
          replayed.add(prefix + name);
          if (!examples.has(name)) {
            faults.add(step + " names an unknown example: " + name);
          }
        });
  }

  private void checkRequest(Operation operation) {
    Optional<JsonNode> content = operation.requestContent();
    if (content.isPresent()) {
      checkExamples(operation.route() + " request", content.get());
      checkReplayed(operation.id() + " request ", content.get());
    }
  }

  private void checkParameters(Operation operation) {
    for (JsonNode given : operation.node().path("parameters")) {
      JsonNode parameter = document.resolve(given);
      String name = parameter.path("name").asString("?");
      checkExamples(operation.route() + " parameter " + name, parameter);
    }
  }

  private void checkResponses(Operation operation) {
    for (Map.Entry<String, JsonNode> response : operation.node().path("responses").properties()) {
      JsonNode contents = document.resolve(response.getValue()).path("content");
      for (JsonNode content : contents.values()) {
        checkExamples(operation.route() + " " + response.getKey(), content);
        JsonNode schema = document.resolve(content.path("schema"));
        boolean open = schema.path("additionalProperties").asBoolean(false);
        if (response.getKey().startsWith("2") && !open) {
          checkReplayed(operation.id() + " " + response.getKey() + " ", content);
        }
      }
    }
  }

  private void checkExamples(String name, JsonNode described) {
    if (described.path("examples").isEmpty()) {
      faults.add(name + " has no example");
    }
    for (Map.Entry<String, JsonNode> example : described.path("examples").properties()) {
      for (String fault :
          document.faults(described.path("schema"), example.getValue().path("value"))) {
        faults.add(name + " example '" + example.getKey() + "' " + fault);
      }
    }
  }

  private void checkReplayed(String prefix, JsonNode described) {
    for (String name : described.path("examples").propertyNames()) {
      if (!replayed.contains(prefix + name)) {
        faults.add("no scenario replays the example " + prefix + name);
      }
    }
  }
}
