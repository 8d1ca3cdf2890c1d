package dev.onceonly.server.spec;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The repository's API description for tests elsewhere: which operations there are, how each is
/// asked for, and whether an answer has the shape that is documented. Thread-safe.
public final class AnswerShapes {
  private final SpecDocument document;
  private final AnswerCheck check;

  private AnswerShapes(SpecDocument document) {
    this.document = document;
    this.check = new AnswerCheck(document);
  }

  public static AnswerShapes ofRepository() throws IOException {
    return new AnswerShapes(SpecDocument.ofRepository());
  }

  /// The ids of all operations.
  public Set<String> operations() {
    return document.operations().stream()
        .map(Operation::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// `METHOD /path`, with `{variables}`.
  public String route(String operation) {
    return of(operation).route();
  }

  /// One sentence for each way in which an answer is not as documented.
  ///
  /// @param headers by their names
  public synchronized List<String> faults(
      String operation, int status, Map<String, String> headers, String body) {
    Map<String, List<String>> listed =
        headers.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue())));
    Answer answer = new Answer(status, HttpHeaders.of(listed, (_, _) -> true), body);
    return check.faults(of(operation).response(document, status), answer);
  }

  private Operation of(String operation) {
    Optional<Operation> found = document.operation(operation);
    return found.orElseThrow(
        () -> new IllegalArgumentException("no operation is called " + operation));
  }
}
