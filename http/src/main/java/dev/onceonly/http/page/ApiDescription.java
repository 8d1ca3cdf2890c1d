package dev.onceonly.http.page;

import dev.onceonly.http.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The API's description as JSON. Converted when it is first asked for, because reading YAML would
/// cost a good part of the start. Thread-safe.
final class ApiDescription {
  private volatile byte @Nullable [] converted;

  byte[] json() {
    byte[] json = converted;
    if (json == null) {
      // Two that come at once convert twice; both get the same bytes.
      json = Json.write(new YAMLMapper().readTree(Files.bytes("openapi.yaml")));
      converted = json;
    }
    return json;
  }
}
