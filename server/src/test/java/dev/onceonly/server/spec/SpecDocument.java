package dev.onceonly.server.spec;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// An OpenAPI document as a tree, with its operations and its schemas. Not thread-safe.
final class SpecDocument {
  /// Strict, and with exact decimals, like the server's own.
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
  private static final String FILE = "spec/openapi.yaml";

  private final JsonNode root;
  private final List<Operation> operations;
  private final IdentityHashMap<JsonNode, Schema> schemas = new IdentityHashMap<>();
  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder()
                      .formatAssertionsEnabled(true)
                      .preloadSchema(false)
                      .build()));

  private SpecDocument(JsonNode root) {
    this.root = root;
    this.operations = operationsOf(root);
  }

  static SpecDocument parse(String yaml) {
    return new SpecDocument(YAML.readTree(yaml));
  }

  /// Reads the repository's document, looked for in the working directory and those above it.
  static SpecDocument ofRepository() throws IOException {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve(FILE))) {
        return parse(Files.readString(at.resolve(FILE)));
      }
    }
    throw new IOException(FILE + " is neither here nor above");
  }

  JsonNode root() {
    return root;
  }

  List<Operation> operations() {
    return operations;
  }

  Optional<Operation> operation(String id) {
    return operations.stream().filter(operation -> operation.id().equals(id)).findFirst();
  }

  /// Follows `$ref`. What refers to nothing resolves to a missing node.
  JsonNode resolve(JsonNode node) {
    JsonNode at = node;
    for (int hop = 0; hop < 8 && at.path("$ref").isString(); hop++) {
      at = target(at.path("$ref").asString());
    }
    return at;
  }

  /// What a local reference such as `#/components/schemas/Key` points at, or a missing node.
  JsonNode target(String reference) {
    return reference.startsWith("#/")
        ? root.at(JsonPointer.compile(reference.substring(1)))
        : root.path("a reference outside the document");
  }

  /// Checks a value against a schema of the document. Returns one sentence for each fault, each
  /// with its place.
  List<String> faults(JsonNode schema, JsonNode value) {
    JsonNode own = schema.size() == 1 ? resolve(schema) : schema;
    return schemas.computeIfAbsent(own, this::compile).validate(value).stream()
        .map(fault -> "at '" + fault.getInstanceLocation() + "': " + fault.getMessage())
        .toList();
  }

  /// The schema's own references start at the document's root, so it is compiled beside the
  /// document's components.
  private Schema compile(JsonNode schema) {
    ObjectNode standalone = JSON.createObjectNode();
    standalone.set("components", root.path("components"));
    standalone.putArray("allOf").add(schema);
    return registry.getSchema(standalone);
  }

  private static List<Operation> operationsOf(JsonNode root) {
    List<Operation> found = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (METHODS.contains(method.getKey())) {
          JsonNode node = method.getValue();
          String id = node.path("operationId").asString("");
          found.add(
              new Operation(id, method.getKey().toUpperCase(Locale.ROOT), path.getKey(), node));
        }
      }
    }
    return List.copyOf(found);
  }
}
