package dev.onceonly.server.spec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Checks a document by itself: that it is sound OpenAPI, and that it says everything that our
/// documents have to say.
final class StructureLint {
  private static final Set<String> ORIGINS = Set.of("published", "ours");
  private static final Set<String> ROLES = Set.of("admin", "agent", "operator", "reader", "anyone");
  private static final Pattern PATH_VARIABLE = Pattern.compile("\\{([^}]+)}");

  private final SpecDocument document;
  private final List<String> faults = new ArrayList<>();

  private StructureLint(SpecDocument document) {
    this.document = document;
  }

  /// One sentence for each fault.
  static List<String> faults(SpecDocument document) {
    StructureLint lint = new StructureLint(document);
    lint.checkHead();
    lint.checkReferences("", document.root());
    lint.checkOperationIds();
    document.operations().forEach(lint::checkOperation);
    for (Map.Entry<String, JsonNode> schema :
        document.root().path("components").path("schemas").properties()) {
      lint.checkProperties("schema " + schema.getKey(), schema.getValue());
    }
    return lint.faults;
  }

  private void checkHead() {
    JsonNode root = document.root();
    expect(root.path("openapi").asString("").startsWith("3.1."), "openapi is not 3.1");
    expect(!root.path("info").path("title").asString("").isEmpty(), "info has no title");
    expect(!root.path("info").path("version").asString("").isEmpty(), "info has no version");
    expect(!document.operations().isEmpty(), "there are no operations");
  }

  private void checkReferences(String at, JsonNode node) {
    Optional<String> reference = node.path("$ref").stringValueOpt();
    reference.ifPresent(
        to -> expect(!document.target(to).isMissingNode(), at + ": " + to + " does not exist"));
    if (node.isArray()) {
      node.values().forEach(item -> checkReferences(at + "[]", item));
    }
    node.properties().forEach(f -> checkReferences(at + "/" + f.getKey(), f.getValue()));
  }

  private void checkOperationIds() {
    Set<String> seen = new HashSet<>();
    for (Operation operation : document.operations()) {
      expect(!operation.id().isEmpty(), operation.route() + " has no operationId");
      expect(seen.add(operation.id()), "operationId " + operation.id() + " occurs twice");
    }
  }

  private void checkOperation(Operation operation) {
    String name = operation.route();
    JsonNode node = operation.node();
    for (String text : List.of("summary", "description")) {
      expect(!node.path(text).asString("").isBlank(), name + " has no " + text);
    }
    Set<String> tags = names(document.root().path("tags"));
    expect(!node.path("tags").isEmpty(), name + " has no tag");
    node.path("tags")
        .forEach(tag -> expect(tags.contains(tag.asString()), name + " has an unknown tag"));
    checkOrigin(name, node);
    checkRoles(name, node);
    checkParameters(operation);
    expect(!node.path("responses").isEmpty(), name + " has no responses");
    for (Map.Entry<String, JsonNode> response : node.path("responses").properties()) {
      checkResponse(name + " " + response.getKey(), document.resolve(response.getValue()));
    }
  }

  private void checkRoles(String name, JsonNode node) {
    JsonNode roles = node.path("x-onceonly-roles");
    expect(!roles.isEmpty(), name + " does not say which roles may call it");
    boolean open = node.path("security").isArray() && node.path("security").isEmpty();
    for (JsonNode role : roles) {
      expect(ROLES.contains(role.asString()), name + " has an unknown role");
      expect(
          role.asString().equals("anyone") == open,
          name + " is for anyone if and only if it needs no API key");
    }
  }

  private void checkParameters(Operation operation) {
    for (JsonNode given : operation.node().path("parameters")) {
      JsonNode parameter = document.resolve(given);
      String name = operation.route() + " parameter " + parameter.path("name").asString("?");
      checkOrigin(name, parameter);
      expect(parameter.has("schema"), name + " has no schema");
      expect(!parameter.path("description").asString("").isBlank(), name + " has no description");
    }
    Set<String> declared =
        operation.parameters(document, "path").stream()
            .map(parameter -> parameter.path("name").asString(""))
            .collect(Collectors.toSet());
    Matcher variables = PATH_VARIABLE.matcher(operation.path());
    while (variables.find()) {
      String variable = variables.group(1);
      expect(declared.contains(variable), operation.route() + " does not declare " + variable);
    }
  }

  private void checkResponse(String name, JsonNode response) {
    expect(!response.path("description").asString("").isBlank(), name + " has no description");
    BiConsumer<String, JsonNode> checkHeader =
        (header, value) -> {
          JsonNode resolved = document.resolve(value);
          checkOrigin(name + " header " + header, resolved);
          expect(resolved.has("schema"), name + " header " + header + " has no schema");
        };
    response
        .path("headers")
        .properties()
        .forEach(f -> checkHeader.accept(f.getKey(), f.getValue()));
  }

  private void checkProperties(String name, JsonNode schema) {
    for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
      String property = name + "." + field.getKey();
      JsonNode own = field.getValue();
      JsonNode target = document.resolve(own);
      checkOrigin(property, own.has("x-onceonly-origin") ? own : target);
      expect(own.has("description") || target.has("description"), property + " has no description");
      checkProperties(property, own);
    }
    if (schema.has("items")) {
      checkProperties(name + "[]", schema.path("items"));
    }
  }

  private void checkOrigin(String name, JsonNode node) {
    expect(
        ORIGINS.contains(node.path("x-onceonly-origin").asString("")),
        name + " does not say whether it is published or ours");
  }

  private void expect(boolean holds, String fault) {
    if (!holds) {
      faults.add(fault);
    }
  }

  private static Set<String> names(JsonNode list) {
    return list.values().stream()
        .map(item -> item.path("name").asString(""))
        .collect(Collectors.toSet());
  }
}
