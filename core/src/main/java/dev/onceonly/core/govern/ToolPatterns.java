package dev.onceonly.core.govern;

import dev.onceonly.core.Glob;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Names of tools with `*` for any run of characters, as policies write them. Case-sensitive.
public final class ToolPatterns {
  private ToolPatterns() {}

  /// Whether the name fits the pattern; without a `*` they must be equal.
  public static boolean matches(String pattern, String name) {
    return Glob.matches(pattern, name);
  }

  public static boolean anyMatches(Collection<String> patterns, String name) {
    return Glob.anyMatches(patterns, name);
  }

  /// The entry that speaks for a tool: its exact name first, then the longest pattern, and of
  /// equally long ones the first in alphabetical order.
  public static Optional<String> best(Collection<String> patterns, String name) {
    if (patterns.contains(name)) {
      return Optional.of(name);
    }
    return patterns.stream()
        .filter(pattern -> matches(pattern, name))
        .min(Comparator.comparingInt((String pattern) -> -pattern.length()).thenComparing(p -> p));
  }
}
