package dev.onceonly.server.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.spec.ScriptedServer.Asked;
import dev.onceonly.server.spec.ScriptedServer.Scripted;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Proves on a small document and a scripted server that a right answer passes and that each kind
/// of wrong one does not.
class ScenarioRunnerTest {
  private static final String SPEC =
      """
      openapi: 3.1.0
      info: {title: Shelf, version: '1'}
      paths:
        /books:
          post:
            operationId: addBook
            parameters:
              - {name: shelf, in: query, schema: {type: integer}}
            requestBody:
              required: true
              content:
                application/json:
                  schema: {type: object, required: [title], properties: {title: {type: string, maxLength: 40}}}
                  examples: {one: {value: {title: Emma}}}
            responses:
              '200':
                description: Added.
                headers:
                  X-OnceOnly-Shelf: {required: true, schema: {type: integer}}
                content:
                  application/json:
                    schema: {$ref: '#/components/schemas/Book'}
                    examples: {added: {value: {id: 7, title: Emma}}}
              '422':
                description: Refused.
                content:
                  application/json:
                    schema: {type: object}
            x-onceonly-scenario:
              - name: adds
                request: {example: one, query: {shelf: 3}}
                expect: {status: 200, headers: {X-OnceOnly-Shelf: '3'}, body: {title: Emma}, example: added}
                capture: {id: /id}
              - name: adds again
                as: reader
                request: {body: {title: 'Emma ${id} ${run}'}}
                expect: {status: 200, body: {id: '${id}'}}
              - name: refuses
                as: nobody
                invalid: true
                request: {raw: '{${repeat:3}'}
                expect: {status: 422}
      components:
        schemas:
          Book:
            type: object
            additionalProperties: false
            required: [id, title]
            properties:
              id: {type: integer}
              title: {type: string}
      """;

  private static final Map<String, String> HEADERS =
      Map.of("Content-Type", "application/json", "X-OnceOnly-Shelf", "3");
  private static final Scripted RIGHT = new Scripted(200, HEADERS, "{\"id\":7,\"title\":\"Emma\"}");

  @Test
  void rightAnswersPass() throws Exception {
    try (var server = new ScriptedServer(addingAnswers(RIGHT))) {
      assertThat(faults(SPEC, server)).isEmpty();
      List<Asked> asked = server.asked();
      assertThat(asked).hasSize(3);
      assertThat(asked.get(0))
          .isEqualTo(
              new Asked("POST", "/books?shelf=3", "Bearer key-of-admin", "{\"title\":\"Emma\"}"));
      assertThat(asked.get(1).authorization()).isEqualTo("Bearer key-of-reader");
      assertThat(asked.get(1).body()).matches("\\{\"title\":\"Emma 7 [0-9a-f]{12}\"}");
      assertThat(asked.get(2).authorization()).isEmpty();
      assertThat(asked.get(2).body()).isEqualTo("{xxx");
    }
  }

  @Test
  void wrongValueFails() throws Exception {
    assertThat(faultsOf(new Scripted(200, HEADERS, "{\"id\":7,\"title\":\"Persuasion\"}")))
        .anyMatch(fault -> fault.contains("expected \"Emma\" at '/title', got \"Persuasion\""));
  }

  @Test
  void wrongTypeFails() throws Exception {
    assertThat(faultsOf(new Scripted(200, HEADERS, "{\"id\":\"7\",\"title\":\"Emma\"}")))
        .anyMatch(fault -> fault.contains("at '/id'"));
  }

  @Test
  void missingFieldFails() throws Exception {
    assertThat(faultsOf(new Scripted(200, HEADERS, "{\"title\":\"Emma\"}")))
        .anyMatch(fault -> fault.contains("required property 'id' not found"))
        .anyMatch(fault -> fault.contains("nothing at '/id' to capture"))
        .anyMatch(fault -> fault.contains("[adds again]") && fault.contains("not run"));
  }

  @Test
  void undocumentedFieldFails() throws Exception {
    assertThat(faultsOf(new Scripted(200, HEADERS, "{\"id\":7,\"title\":\"Emma\",\"price\":1}")))
        .anyMatch(fault -> fault.contains("property 'price' is not defined in the schema"))
        .anyMatch(fault -> fault.contains("the answer has 'price', the example has not"));
  }

  @Test
  void undocumentedStatusFails() throws Exception {
    assertThat(faultsOf(new Scripted(418, HEADERS, "{}")))
        .anyMatch(fault -> fault.contains("status 418 is not documented"));
  }

  @Test
  void anotherDocumentedStatusThanExpectedFails() throws Exception {
    assertThat(faultsOf(new Scripted(422, Map.of("Content-Type", "application/json"), "{}")))
        .anyMatch(fault -> fault.contains("expected status 200, got 422"));
  }

  @Test
  void missingHeaderFails() throws Exception {
    assertThat(faultsOf(with("X-OnceOnly-Shelf", "")))
        .anyMatch(fault -> fault.contains("header X-OnceOnly-Shelf is missing"));
  }

  @Test
  void headerOfAnotherTypeFails() throws Exception {
    assertThat(faultsOf(with("X-OnceOnly-Shelf", "top")))
        .anyMatch(fault -> fault.contains("header X-OnceOnly-Shelf at ''"))
        .anyMatch(fault -> fault.contains("expected 3 in header X-OnceOnly-Shelf, got top"));
  }

  @Test
  void undocumentedHeaderOfOursFails() throws Exception {
    assertThat(faultsOf(with("X-OnceOnly-Extra", "1")))
        .anyMatch(fault -> fault.toLowerCase(Locale.ROOT).contains("x-onceonly-extra is not"));
  }

  @Test
  void undocumentedContentTypeFails() throws Exception {
    assertThat(faultsOf(with("Content-Type", "text/html; charset=utf-8")))
        .anyMatch(fault -> fault.contains("content type 'text/html' is not documented"));
  }

  @Test
  void bodyThatIsNoJsonFails() throws Exception {
    assertThat(faultsOf(new Scripted(200, HEADERS, "{\"id\":7,")))
        .anyMatch(fault -> fault.contains("the body is no JSON"));
  }

  @Test
  void noAnswerFails() throws Exception {
    var server = new ScriptedServer(asked -> RIGHT);
    server.close();
    assertThat(faults(SPEC, server)).anyMatch(fault -> fault.contains("no answer"));
  }

  @Test
  void requestThatIsNotAsDocumentedFails() throws Exception {
    String longTitle = SPEC.replace("'Emma ${id} ${run}'", "'${repeat:41}'");
    String otherQuery = SPEC.replace("{shelf: 3}", "{shelf: top, room: 2}");
    try (var server = new ScriptedServer(addingAnswers(RIGHT))) {
      assertThat(faults(longTitle, server))
          .anyMatch(fault -> fault.contains("request body at '/title'"));
      assertThat(faults(otherQuery, server))
          .anyMatch(fault -> fault.contains("query parameter shelf at ''"))
          .anyMatch(fault -> fault.contains("query parameter room is not documented"));
    }
  }

  @Test
  void pathVariablesAreOneEncodedSegmentAndHaveToBeDocumented() throws Exception {
    String withVariable = SPEC.replace("  /books:\n", "  /books/{room}:\n");
    String filled =
        withVariable
            .replace(
                "- {name: shelf,",
                "- {name: room, in: path, schema: {type: string}}\n        - {name: shelf,")
            .replace("request: {", "request: {variables: {room: 'a/b ${tool_url}'}, ");
    try (var server = new ScriptedServer(addingAnswers(RIGHT))) {
      assertThat(faults(filled, server)).isEmpty();
      assertThat(server.asked().getFirst().uri())
          .isEqualTo("/books/a%2Fb%20http%3A%2F%2F127.0.0.1%3A1%2Ftool?shelf=3");
      String unknown = filled.replace("{room: 'a/b ", "{hall: 1, room: 'a/b ");
      assertThat(faults(unknown, server))
          .anyMatch(fault -> fault.contains("path parameter hall is not documented"));
    }
  }

  @Test
  void operationWithoutScenarioFails() throws Exception {
    String silent = SPEC.replace("x-onceonly-scenario", "x-nothing");
    try (var server = new ScriptedServer(asked -> RIGHT)) {
      assertThat(faults(silent, server)).containsExactly("there is no scenario");
    }
  }

  @Test
  void answerMayBecomeRightWithinTheTimeGiven() throws Exception {
    String patient = SPEC.replace("- name: adds\n", "- name: adds\n          within_ms: 5000\n");
    AtomicInteger count = new AtomicInteger();
    Function<Asked, Scripted> late =
        asked -> count.incrementAndGet() < 3 ? with("X-OnceOnly-Shelf", "2") : answered(asked);
    try (var server = new ScriptedServer(late)) {
      assertThat(faults(patient, server)).isEmpty();
      assertThat(count.get()).isEqualTo(5);
    }
  }

  private static Scripted answered(Asked asked) {
    return addingAnswers(RIGHT).apply(asked);
  }

  /// The given answer to whatever is JSON, and a refusal of the rest.
  private static Function<Asked, Scripted> addingAnswers(Scripted answer) {
    return asked ->
        asked.body().startsWith("{\"")
            ? answer
            : new Scripted(422, Map.of("Content-Type", "application/json"), "{}");
  }

  private static List<String> faultsOf(Scripted answer) throws IOException, InterruptedException {
    try (var server = new ScriptedServer(addingAnswers(answer))) {
      return faults(SPEC, server);
    }
  }

  private static List<String> faults(String spec, SpecTarget target) throws InterruptedException {
    SpecDocument document = SpecDocument.parse(spec);
    try (var runner = new ScenarioRunner(document, target)) {
      return runner.run(document.operation("addBook").orElseThrow());
    }
  }

  /// The right answer with one header changed; an empty value leaves it out.
  private static Scripted with(String header, String value) {
    Map<String, String> headers = new HashMap<>(HEADERS);
    headers.put(header, value);
    headers.values().removeIf(String::isEmpty);
    return new Scripted(200, headers, RIGHT.body());
  }
}
