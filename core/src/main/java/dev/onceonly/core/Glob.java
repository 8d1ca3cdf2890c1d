package dev.onceonly.core;

import java.util.Collection;

/// Texts with `*` for any run of characters, as policies write names of tools and API keys the ids
/// of agents. Case-sensitive.
public final class Glob {
  private Glob() {}

  /// Whether the text fits the pattern; without a `*` they must be equal. Goes back to the last
  /// star only, so a pattern of many stars is no slower than their number times the text.
  public static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int retry = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        retry = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++retry;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  public static boolean anyMatches(Collection<String> patterns, String text) {
    for (String pattern : patterns) {
      if (matches(pattern, text)) {
        return true;
      }
    }
    return false;
  }
}
