package dev.onceonly.server.config;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Given settings by name, read one by one; remembers which names are known, so that a misspelt one
/// is an error. Not thread-safe.
final class SettingSource {
  private final Map<String, String> given;
  private final Set<String> known = new HashSet<>();

  SettingSource(Map<String, String> given) {
    this.given = given;
  }

  @Nullable String text(String name) {
    known.add(name);
    String value = given.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  String text(String name, String absent) {
    String value = text(name);
    return value == null ? absent : value;
  }

  boolean flag(String name, boolean absent) {
    String value = text(name);
    if (value == null) {
      return absent;
    }
    return switch (value) {
      case "true", "1", "yes", "on" -> true;
      case "false", "0", "no", "off" -> false;
      default -> throw wrong(name, value, "true or false");
    };
  }

  int integer(String name, int min, int max, int absent) {
    return Math.toIntExact(number(name, min, max, absent));
  }

  long number(String name, long min, long max, long absent) {
    String value = text(name);
    if (value == null) {
      return absent;
    }
    // Long.parseLong takes the digits of every script; we take 0 to 9.
    if (!value.matches("[+-]?[0-9]+")) {
      throw wrong(name, value, "a whole number");
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException beyondLong) {
      throw wrong(name, value, "a whole number from " + min + " to " + max);
    }
    throw wrong(name, value, "a whole number from " + min + " to " + max);
  }

  /// A limit: a whole number, or `none`.
  @Nullable Long limit(String name, @Nullable Long absent) {
    String value = text(name);
    if ("none".equals(value)) {
      return null;
    }
    return value == null ? absent : (Long) number(name, 0, Long.MAX_VALUE, 0);
  }

  /// Words with commas between them; an absent setting has none.
  List<String> list(String name) {
    return Arrays.stream(text(name, "").split(","))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /// One of a few words.
  String word(String name, Set<String> allowed, String absent) {
    String value = text(name, absent);
    if (!allowed.contains(value)) {
      throw wrong(name, value, "one of " + new TreeSet<>(allowed));
    }
    return value;
  }

  int oneOf(String name, Set<Integer> allowed, int absent) {
    int value = integer(name, 0, Integer.MAX_VALUE, absent);
    if (!allowed.contains(value)) {
      throw wrong(name, String.valueOf(value), "one of " + new TreeSet<>(allowed));
    }
    return value;
  }

  /// All names that were asked for.
  Set<String> known() {
    return Set.copyOf(known);
  }

  /// Ends the reading.
  ///
  /// @throws SettingsException if a name was given that nobody asked for
  void requireAllKnown() {
    Set<String> unknown = new TreeSet<>(given.keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new SettingsException(
          "unknown setting "
              + String.join(", ", unknown)
              + "; in the environment with the prefix ONCEONLY_ and in capitals. Known: "
              + String.join(", ", new TreeSet<>(known)));
    }
  }

  private static SettingsException wrong(String name, String value, String takes) {
    return new SettingsException("setting " + name + " takes " + takes + ", was '" + value + "'");
  }
}
