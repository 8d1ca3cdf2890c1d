package dev.onceonly.server.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/// Proves that each fault which a document can have by itself is found.
class SpecLintTest {
  private static final String SPEC =
      """
      openapi: 3.1.0
      info: {title: Shelf, version: '1'}
      tags: [{name: Books, description: Books.}]
      paths:
        /books/{id}:
          get:
            operationId: readBook
            tags: [Books]
            summary: Read a book
            description: Reads it.
            x-onceonly-origin: ours
            x-onceonly-roles: [reader]
            parameters:
              - name: id
                in: path
                required: true
                description: Which.
                schema: {type: integer}
                examples: {seven: {value: 7}}
                x-onceonly-origin: ours
            responses:
              '200':
                description: The book.
                content:
                  application/json:
                    schema: {$ref: '#/components/schemas/Book'}
                    examples: {emma: {value: {title: Emma}}}
            x-onceonly-scenario:
              - name: reads
                request: {}
                expect: {status: 200, example: emma}
      components:
        schemas:
          Book:
            type: object
            additionalProperties: false
            required: [title]
            properties:
              title: {type: string, description: Its title., x-onceonly-origin: ours}
      """;

  @Test
  void soundDocumentHasNoFaults() {
    SpecDocument document = SpecDocument.parse(SPEC);
    assertThat(StructureLint.faults(document)).isEmpty();
    assertThat(ExampleLint.faults(document)).isEmpty();
  }

  @Test
  void referenceToNothingIsFound() {
    assertStructureFault("schemas/Book'", "schemas/Boook'", "#/components/schemas/Boook does not");
  }

  @Test
  void operationIdThatOccursTwiceIsFound() {
    String twice =
        SPEC.replace("  /books/{id}:\n", "  /books/{id}:\n    delete: {operationId: readBook}\n");
    assertThat(StructureLint.faults(SpecDocument.parse(twice)))
        .contains("operationId readBook occurs twice");
  }

  @Test
  void undeclaredPathVariableIsFound() {
    assertStructureFault("in: path", "in: query", "does not declare id");
  }

  @Test
  void missingOriginIsFound() {
    assertStructureFault(
        "Its title., x-onceonly-origin: ours", "Its title.", "schema Book.title does not say");
  }

  @Test
  void missingRolesAreFound() {
    assertStructureFault("x-onceonly-roles: [reader]", "x-none: 1", "does not say which roles");
  }

  @Test
  void openOperationForARoleIsFound() {
    assertStructureFault(
        "x-onceonly-roles: [reader]",
        "security: []\n      x-onceonly-roles: [reader]",
        "for anyone if and only if");
  }

  @Test
  void exampleAgainstItsSchemaIsFound() {
    assertExampleFault("{title: Emma}", "{titel: Emma}", "example 'emma' at ''");
    assertExampleFault("{value: 7}", "{value: seven}", "example 'seven' at ''");
  }

  @Test
  void answerWithoutExampleIsFound() {
    assertExampleFault("examples: {emma:", "x-examples: {emma:", "200 has no example");
  }

  @Test
  void exampleThatNobodyReplaysIsFound() {
    assertExampleFault(", example: emma", "", "no scenario replays the example readBook 200 emma");
  }

  @Test
  void exampleMayBeOfOneMediaTypeAmongSeveral() {
    String two =
        SPEC.replace(
            "examples: {emma: {value: {title: Emma}}}",
            """
            examples: {emma: {value: {title: Emma}}}
                        text/html:
                          schema: {type: string}
                          examples: {page: {value: <p>}}
            """
                .stripTrailing());
    assertThat(ExampleLint.faults(SpecDocument.parse(two)))
        .containsExactly("no scenario replays the example readBook 200 page");
  }

  @Test
  void stepsThatNameWhatIsNotThereAreFound() {
    assertExampleFault("example: emma", "example: anna", "names an unknown example: anna");
    assertExampleFault("status: 200,", "status: 201,", "expects status 201, which is not");
    assertExampleFault("- name: reads", "- call: readBooks", "calls an unknown operation");
  }

  @Test
  void operationWithoutScenarioIsFound() {
    assertExampleFault("x-onceonly-scenario", "x-nothing", "GET /books/{id} has no scenario");
  }

  @Test
  void routesOfOnlyOneSideAreFound() {
    SpecDocument document = SpecDocument.parse(SPEC);
    assertThat(
            RouteCheck.faults(
                document, Set.of("GET /books/{book_id}", "GET /docs/a.css", "POST /ui/sign-in")))
        .isEmpty();
    assertThat(RouteCheck.faults(document, Set.of("PUT /books/{id}")))
        .containsExactly(
            "GET /books/{} is documented, but not served",
            "PUT /books/{} is served, but not documented");
  }

  private static void assertStructureFault(String from, String to, String fault) {
    assertThat(SPEC).contains(from);
    assertThat(StructureLint.faults(SpecDocument.parse(SPEC.replace(from, to))))
        .anyMatch(found -> found.contains(fault));
  }

  private static void assertExampleFault(String from, String to, String fault) {
    assertThat(SPEC).contains(from);
    assertThat(ExampleLint.faults(SpecDocument.parse(SPEC.replace(from, to))))
        .anyMatch(found -> found.contains(fault));
  }
}
