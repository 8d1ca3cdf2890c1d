package dev.onceonly.sdk.method;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as people write them in annotations and properties.
final class DurationText {
  private static final Pattern SIMPLE = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)?");

  private DurationText() {}

  /// Reads `"1h"`, `"90s"`, `"500ms"`, `"2d"`, `"PT15M"`, or seconds.
  ///
  /// @param name of the attribute, for the message
  /// @throws IllegalArgumentException if it is none of these, or not above zero
  static Duration read(String name, String text) {
    Duration duration = parse(name, text.strip());
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(name + " must be a duration above 0");
    }
    return duration;
  }

  private static Duration parse(String name, String text) {
    Matcher simple = SIMPLE.matcher(text.toLowerCase(Locale.ROOT));
    if (simple.matches()) {
      long amount = Long.parseLong(simple.group(1));
      String unit = simple.group(2) == null ? "s" : simple.group(2);
      return switch (unit) {
        case "ms" -> Duration.ofMillis(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        case "d" -> Duration.ofDays(amount);
        default -> Duration.ofSeconds(amount);
      };
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          name
              + " must be a duration, such as \"1h\", \"90s\", \"PT15M\" or seconds, not \""
              + text
              + "\"",
          e);
    }
  }
}
