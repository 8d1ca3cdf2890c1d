package dev.onceonly.server.fault;

import dev.onceonly.http.json.Json;
import dev.onceonly.server.spec.AnswerShapes;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/// One connection of the soak, with one namespace's key. Used by one thread.
final class SoakCaller implements AutoCloseable {
  private final WireClient wire;
  private final String apiKey;
  private final AnswerShapes shapes;
  private final SoakAnswers answers;
  private final Map<String, String[]> routes = new ConcurrentHashMap<>();

  SoakCaller(int port, String apiKey, AnswerShapes shapes, SoakAnswers answers) {
    this.wire = new WireClient(port);
    this.apiKey = apiKey;
    this.shapes = shapes;
    this.answers = answers;
  }

  /// Asks, and notes the answer.
  ///
  /// @param expected the answers that are right, each as the status and what the body says
  /// @return the body; an empty object where it is no JSON
  /// @throws IOException where no whole answer came; that is noted too
  JsonNode ask(SoakQuestion question, String... expected) throws IOException {
    String[] route =
        routes.computeIfAbsent(question.operation(), id -> shapes.route(id).split(" "));
    try {
      WireClient.Raw answer =
          wire.raw(route[0], apiKey, question.target(route[1]), question.body());
      boolean json = answer.headers().getOrDefault("content-type", "").contains("json");
      JsonNode body = json ? answer.read().body() : Json.object();
      answers.add(question, answer, words(answer.status(), body), Set.of(expected));
      return body;
    } catch (IOException e) {
      answers.lost(question, e);
      throw e;
    }
  }

  private static String words(int status, JsonNode body) {
    JsonNode detail = body.path("detail");
    for (JsonNode word : new JsonNode[] {body.path("decision"), body.path("status")}) {
      if (word.isString()) {
        return status + " " + word.asString();
      }
    }
    return detail.path("error").isString()
        ? status + " " + detail.path("error").asString()
        : status + "";
  }

  /// How often the server has closed the connection.
  int closings() {
    return wire.closings();
  }

  @Override
  public void close() {
    wire.close();
  }
}
