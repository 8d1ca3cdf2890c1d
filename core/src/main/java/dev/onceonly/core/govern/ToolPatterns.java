package dev.onceonly.core.govern;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Names of tools with `*` for any run of characters, as policies and API keys write them.
/// Case-sensitive. Linear in pattern and name, so that no pattern is slow.
public final class ToolPatterns {
  private ToolPatterns() {}

  /// Whether the name fits the pattern; without a `*` they must be equal.
  public static boolean matches(String pattern, String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int retry = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        retry = n;
      } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++retry;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  public static boolean anyMatches(Collection<String> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, name));
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
