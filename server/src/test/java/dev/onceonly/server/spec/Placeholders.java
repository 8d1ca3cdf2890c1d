package dev.onceonly.server.spec;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The values that a scenario's `${name}` stand for: `run`, `tool_url`, `repeat:N`, and what its
/// earlier steps have captured. Not thread-safe.
final class Placeholders {
  /// A step names a value that no earlier step has captured.
  static final class Unknown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unknown(String name) {
      super("nothing was captured as ${" + name + "}");
    }
  }

  private static final Pattern NAME = Pattern.compile("\\$\\{([a-z0-9_:]+)}");
  private static final String REPEAT = "repeat:";

  private final Map<String, JsonNode> values = new HashMap<>();

  /// @param run letters and digits that no other run uses, so that keys never meet
  /// @param toolUrl of the tool that echoes
  Placeholders(String run, URI toolUrl) {
    values.put("run", SpecDocument.JSON.getNodeFactory().stringNode(run));
    values.put("tool_url", SpecDocument.JSON.getNodeFactory().stringNode(toolUrl.toString()));
  }

  /// Remembers one value of an answer's body. Returns whether it is there.
  boolean capture(String name, String pointer, JsonNode body) {
    JsonNode value = body.at(JsonPointer.compile(pointer));
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    values.put(name, value);
    return true;
  }

  /// A copy of the tree with the values put in. A string that is nothing but a placeholder becomes
  /// the value itself, so that a captured number stays a number. Names of fields are left alone.
  JsonNode fill(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        ObjectNode filled = object.objectNode();
        object.properties().forEach(field -> filled.set(field.getKey(), fill(field.getValue())));
        yield filled;
      }
      case ArrayNode array -> {
        ArrayNode filled = array.arrayNode();
        array.values().forEach(item -> filled.add(fill(item)));
        yield filled;
      }
      default -> node.isString() ? fillText(node) : node;
    };
  }

  private JsonNode fillText(JsonNode node) {
    String text = node.stringValue();
    Matcher whole = NAME.matcher(text);
    if (whole.matches()) {
      return value(whole.group(1));
    }
    return SpecDocument.JSON
        .getNodeFactory()
        .stringNode(
            NAME.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1)).asString())));
  }

  private JsonNode value(String name) {
    if (name.startsWith(REPEAT)) {
      int times = Integer.parseInt(name.substring(REPEAT.length()));
      return SpecDocument.JSON.getNodeFactory().stringNode("x".repeat(times));
    }
    JsonNode value = values.get(name);
    if (value == null) {
      throw new Unknown(name);
    }
    return value;
  }
}
