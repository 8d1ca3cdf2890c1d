package dev.onceonly.server.api;

import dev.onceonly.http.json.Json;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What came back.
public record Answer(int status, HttpHeaders headers, String body) {
  /// None yet.
  static final Answer NONE = new Answer(0, HttpHeaders.of(Map.of(), (_, _) -> true), "{}");

  /// The body, which has to be JSON by our own strict reading.
  public JsonNode json() {
    return Json.read(body.getBytes(StandardCharsets.UTF_8));
  }

  public @Nullable String header(String name) {
    return headers.firstValue(name).orElse(null);
  }

  /// A text in the body, by JSON pointer.
  public String text(String pointer) {
    return json().at(pointer).asString();
  }

  /// A whole number in the body, by JSON pointer.
  public long number(String pointer) {
    JsonNode number = json().at(pointer);
    if (!number.isIntegralNumber()) {
      throw new AssertionError("no whole number at " + pointer + " of " + body);
    }
    return number.longValue();
  }

  /// What a 422 complains of, each as `type at place: message`.
  public List<String> mistakes() {
    List<String> mistakes = new ArrayList<>();
    for (JsonNode problem : json().path("detail")) {
      List<String> place = new ArrayList<>();
      problem.path("loc").forEach(step -> place.add(step.asString()));
      mistakes.add(
          problem.path("type").asString()
              + " at "
              + String.join(".", place)
              + ": "
              + problem.path("msg").asString());
    }
    return mistakes;
  }
}
