package dev.onceonly.server.api;

import dev.onceonly.http.json.Json;
import tools.jackson.databind.node.ObjectNode;

/// Writes request bodies.
final class Body {
  private Body() {}

  /// A JSON object of fields, given as name, value, name, value.
  static String of(Object... fields) {
    ObjectNode object = Json.object();
    for (int i = 0; i < fields.length; i += 2) {
      object.set((String) fields[i], Json.tree(fields[i + 1]));
    }
    return Json.text(object);
  }
}
