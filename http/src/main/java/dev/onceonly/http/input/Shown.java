package dev.onceonly.http.input;

import dev.onceonly.http.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// What a 422 may repeat of the input: nothing of a field named `auth` (it has secrets), and never
/// more than a line.
final class Shown {
  private static final String SECRET_NAME = "auth";
  private static final int CHARS_MAX = 256;

  private Shown() {}

  static @Nullable JsonNode of(List<Object> loc, @Nullable JsonNode input) {
    if (input == null || loc.contains(SECRET_NAME)) {
      return null;
    }
    JsonNode shown = withoutSecrets(input);
    if (shown.isString()) {
      return StringNode.valueOf(cut(shown.stringValue()));
    }
    String text = Json.text(shown);
    return text.length() <= CHARS_MAX ? shown : StringNode.valueOf(cut(text));
  }

  // Copies only where something is left out.
  private static JsonNode withoutSecrets(JsonNode node) {
    if (!node.isContainer() || !hasSecret(node)) {
      return node;
    }
    if (node.isArray()) {
      ArrayNode copy = Json.object().arrayNode();
      node.forEach(element -> copy.add(withoutSecrets(element)));
      return copy;
    }
    ObjectNode copy = Json.object();
    node.properties()
        .forEach(entry -> {
          if (!entry.getKey().equals(SECRET_NAME)) {
            copy.set(entry.getKey(), withoutSecrets(entry.getValue()));
          }
        });
    return copy;
  }

  private static boolean hasSecret(JsonNode node) {
    if (node.isObject() && node.has(SECRET_NAME)) {
      return true;
    }
    for (JsonNode child : node) {
      if (child.isContainer() && hasSecret(child)) {
        return true;
      }
    }
    return false;
  }

  // Never between the halves of a surrogate pair: the answer is UTF-8.
  private static String cut(String text) {
    if (text.length() <= CHARS_MAX) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(CHARS_MAX - 1));
    return text.substring(0, splitsPair ? CHARS_MAX - 1 : CHARS_MAX);
  }
}
