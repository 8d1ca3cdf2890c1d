package dev.onceonly.http.page;

import dev.onceonly.http.json.Json;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The API's description as JSON. Converting it from YAML would cost a good part of the start, so
/// it is for whoever first asks.
final class ApiDescription {
  private ApiDescription() {}

  static byte[] json() {
    return Json.write(converted());
  }

  // Wherever the document was fetched from, that is the server to send requests to; the page's
  // policy lets the browser reach no other.
  private static ObjectNode converted() {
    ObjectNode document = (ObjectNode) new YAMLMapper().readTree(Files.bytes("openapi.yaml"));
    document.putArray("servers").addObject().put("url", "/").put("description", "This server");
    return document;
  }
}
