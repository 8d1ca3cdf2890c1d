package dev.onceonly.server.config;

import java.util.List;

/// Settings that can't be used; the message names the first of them, its value, what it takes and
/// where it was given, in one line.
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  public SettingsException(String message) {
    this(List.of(message));
  }

  /// @param problems at least one, a line each
  SettingsException(List<String> problems) {
    super(summary(problems), null, false, false);
    this.problems = List.copyOf(problems);
  }

  /// All that is wrong, a line each.
  public List<String> problems() {
    return problems;
  }

  private static String summary(List<String> problems) {
    int more = problems.size() - 1;
    return more == 0
        ? problems.getFirst()
        : problems.getFirst() + "; and " + more + " more, see 'onceonly config check'";
  }
}
