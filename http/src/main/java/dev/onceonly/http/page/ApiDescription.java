package dev.onceonly.http.page;

import dev.onceonly.http.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The API's description as JSON. Converted when it is first asked for, because reading YAML would
/// cost a good part of the start. Thread-safe.
final class ApiDescription {
  private volatile byte @Nullable [] bytes;

  byte[] json() {
    byte[] json = bytes;
    if (json == null) {
      // Two that come at once convert twice; both get the same bytes.
      json = Json.write(converted());
      bytes = json;
    }
    return json;
  }

  // Wherever the document was fetched from, that is the server to send requests to; the page's
  // policy lets the browser reach no other.
  private static ObjectNode converted() {
    ObjectNode document = (ObjectNode) new YAMLMapper().readTree(Files.bytes("openapi.yaml"));
    document.putArray("servers").addObject().put("url", "/").put("description", "This server");
    return document;
  }
}
