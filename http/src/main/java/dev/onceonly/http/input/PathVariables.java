package dev.onceonly.http.input;

import java.util.List;
import tools.jackson.databind.node.StringNode;

/// The variables of a route's path, still as they were sent. Decoded when asked for, after the
/// caller has been admitted.
public final class PathVariables {
  public static final PathVariables NONE = new PathVariables(List.of(), List.of());

  private final List<String> names;
  private final List<String> rawValues;

  public PathVariables(List<String> names, List<String> rawValues) {
    this.names = names;
    this.rawValues = rawValues;
  }

  /// Decodes one variable.
  ///
  /// @throws IllegalArgumentException where the route has no such variable
  public String text(String name, TextRule rule, Problems problems) {
    int index = names.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("the route has no variable " + name);
    }
    String raw = rawValues.get(index);
    List<Object> loc = List.of("path", name);
    String decoded = Percent.decode(raw, false);
    if (decoded == null) {
      problems.add(
          "value_error",
          loc,
          "Value error, invalid percent escape or UTF-8",
          StringNode.valueOf(raw));
      return "";
    }
    return rule.accepts(decoded, loc, problems) ? decoded : "";
  }
}
