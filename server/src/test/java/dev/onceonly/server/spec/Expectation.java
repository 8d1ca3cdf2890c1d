package dev.onceonly.server.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a step expects of its answer: to be as documented, and to say what the step says.
final class Expectation {
  private final SpecDocument document;
  private final AnswerCheck answerCheck;

  Expectation(SpecDocument document) {
    this.document = document;
    this.answerCheck = new AnswerCheck(document);
  }

  /// One sentence for each thing that is not as expected.
  List<String> faults(Step step, Answer answer, Placeholders values) {
    Optional<JsonNode> response = response(step, answer.status());
    List<String> faults = new ArrayList<>(answerCheck.faults(response, answer));
    int status = step.expect().path("status").asInt(0);
    if (status != answer.status()) {
      faults.add("expected status " + status + ", got " + answer.status() + " " + answer.body());
      return faults;
    }
    for (Map.Entry<String, JsonNode> header : step.expect().path("headers").properties()) {
      String expected = values.fill(header.getValue()).asString();
      String actual = answer.headers().firstValue(header.getKey()).orElse("nothing");
      if (!expected.equals(actual)) {
        faults.add("expected " + expected + " in header " + header.getKey() + ", got " + actual);
      }
    }
    for (JsonNode text : values.fill(step.expect().path("contains")).values()) {
      if (!answer.body().contains(text.asString())) {
        faults.add("the body does not contain '" + text.asString() + "'");
      }
    }
    answer.json().ifPresent(body -> faults.addAll(bodyFaults(step, response, body, values)));
    return faults;
  }

  private List<String> bodyFaults(
      Step step, Optional<JsonNode> response, JsonNode body, Placeholders values) {
    List<String> faults = new ArrayList<>();
    step.expect()
        .optional("body")
        .ifPresent(expected -> faults.addAll(Subset.differences(values.fill(expected), body)));
    for (JsonNode item : values.fill(step.expect().path("includes")).values()) {
      if (body.values().stream().noneMatch(seen -> Subset.differences(item, seen).isEmpty())) {
        faults.add("no item of the list is like " + item);
      }
    }
    Optional<String> example = step.expect().path("example").asStringOpt();
    if (example.isPresent()) {
      JsonNode content =
          response.map(r -> r.path("content").path("application/json")).orElse(step.node());
      JsonNode shown = content.path("examples").path(example.get()).path("value");
      boolean open =
          document.resolve(content.path("schema")).path("additionalProperties").asBoolean(false);
      Subset.outlineDifferences(shown, body, open)
          .forEach(f -> faults.add("not like the example '" + example.get() + "': " + f));
    }
    return faults;
  }

  /// The documented answer of a step's operation, or of paths and methods that the document does
  /// not know.
  private Optional<JsonNode> response(Step step, int status) {
    return step.operation().isPresent()
        ? step.operation().get().response(document, status)
        : document
            .root()
            .path("x-onceonly-fallback-responses")
            .optional(Integer.toString(status))
            .map(document::resolve);
  }
}
