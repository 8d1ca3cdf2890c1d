package dev.onceonly.http.json;

import java.math.BigDecimal;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// The form in which two JSON values are compared and hashed.
final class CanonicalJson {
  private final StringBuilder out = new StringBuilder();

  private CanonicalJson() {}

  static String of(JsonNode node) {
    CanonicalJson canonical = new CanonicalJson();
    canonical.append(node);
    return canonical.out.toString();
  }

  private void append(JsonNode node) {
    if (node.isObject()) {
      appendObject(node);
    } else if (node.isArray()) {
      appendArray(node);
    } else if (node.isNumber()) {
      out.append(number(node.decimalValue()));
    } else {
      out.append(Json.text(node));
    }
  }

  private void appendObject(JsonNode object) {
    TreeMap<String, JsonNode> sorted = new TreeMap<>();
    object.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    char separator = '{';
    for (var entry : sorted.entrySet()) {
      out.append(separator).append(Json.text(entry.getKey())).append(':');
      append(entry.getValue());
      separator = ',';
    }
    out.append(sorted.isEmpty() ? "{}" : "}");
  }

  private void appendArray(JsonNode array) {
    char separator = '[';
    for (JsonNode element : array) {
      out.append(separator);
      append(element);
      separator = ',';
    }
    out.append(array.isEmpty() ? "[]" : "]");
  }

  // A stripped decimal has one pair of digits and scale for each value, so its text is unique.
  private static String number(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toString();
  }
}
