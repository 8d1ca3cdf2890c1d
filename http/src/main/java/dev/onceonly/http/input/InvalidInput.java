package dev.onceonly.http.input;

import java.util.List;

/// A request that breaks its schema: answered with 422 and all its mistakes. Carries no stack
/// trace.
public final class InvalidInput extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public InvalidInput(List<Problem> problems) {
    super("invalid input", null, false, false);
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
