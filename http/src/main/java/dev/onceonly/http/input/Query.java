package dev.onceonly.http.input;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

/// The parameters of a query. Of a repeated name the last wins; a plus is a space. Stand-ins and
/// [#done()] as in [Fields]. Not thread-safe.
public final class Query {
  /// A longer wait is taken as this.
  public static final Duration WAIT_MAX = Duration.ofSeconds(60);

  private static final int WAIT_CHARS_MAX = 400;
  private static final Pattern DECIMAL =
      Pattern.compile("-?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?");
  private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000);

  private final Map<String, String> values;
  private final Problems problems;

  private Query(Map<String, String> values, Problems problems) {
    this.values = values;
    this.problems = problems;
  }

  /// Reads a whole query.
  ///
  /// @param raw what follows the `?`, as sent
  public static Query parse(String raw, Problems problems) {
    if (raw.isEmpty()) {
      return new Query(Map.of(), problems);
    }
    Map<String, String> values = new HashMap<>();
    int from = 0;
    while (from <= raw.length()) {
      int ampersand = raw.indexOf('&', from);
      int to = ampersand < 0 ? raw.length() : ampersand;
      if (to > from) {
        addPair(raw.substring(from, to), values, problems);
      }
      from = to + 1;
    }
    return new Query(values, problems);
  }

  private static void addPair(String pair, Map<String, String> values, Problems problems) {
    int equals = pair.indexOf('=');
    String rawName = equals < 0 ? pair : pair.substring(0, equals);
    String rawValue = equals < 0 ? "" : pair.substring(equals + 1);
    String name = Percent.decode(rawName, true);
    String value = Percent.decode(rawValue, true);
    if (name == null || value == null) {
      problems.add(
          "value_error",
          List.of("query", name == null ? rawName : name),
          "Value error, invalid percent escape or UTF-8",
          StringNode.valueOf(name == null ? rawName : rawValue));
      return;
    }
    values.put(name, value);
  }

  public String key(String name) {
    return text(name, TextRule.KEY);
  }

  public String text(String name, TextRule rule) {
    String value = required(name);
    return value != null && rule.accepts(value, at(name), problems) ? value : "";
  }

  public @Nullable String optionalText(String name, TextRule rule) {
    String value = values.get(name);
    return value != null && rule.accepts(value, at(name), problems) ? value : null;
  }

  /// A whole number between the bounds, both inclusive.
  public int integer(String name, int min, int max, int absent) {
    String text = values.get(name);
    if (text == null) {
      return absent;
    }
    try {
      long value = parseLong(text);
      return Ranges.accepts(value, min, max, at(name), shown(text), problems)
          ? Math.toIntExact(value)
          : absent;
    } catch (NumberFormatException notWhole) {
      problems.add(
          "int_parsing",
          at(name),
          "Input should be a valid integer, unable to parse string as an integer",
          shown(text));
      return absent;
    }
  }

  /// How long the caller would wait, in seconds with fractions: at least 0, and over 60 is 60.
  public Duration wait(String name) {
    String text = values.get(name);
    if (text == null) {
      return Duration.ZERO;
    }
    BigDecimal seconds = decimal(text);
    if (seconds == null) {
      problems.add("float_parsing", at(name), "Input should be a valid number", shown(text));
      return Duration.ZERO;
    }
    if (seconds.signum() < 0) {
      problems.add(
          "greater_than_equal",
          at(name),
          "Input should be greater than or equal to 0",
          shown(text));
      return Duration.ZERO;
    }
    BigDecimal capped = seconds.min(BigDecimal.valueOf(WAIT_MAX.toSeconds()));
    return Duration.ofNanos(capped.multiply(NANOS_PER_SECOND).longValue());
  }

  public boolean flag(String name, boolean absent) {
    String text = values.get(name);
    if (text == null) {
      return absent;
    }
    return switch (text) {
      case "true", "True", "1" -> true;
      case "false", "False", "0" -> false;
      default -> {
        problems.add(
            "bool_parsing",
            at(name),
            "Input should be a valid boolean, unable to interpret input",
            shown(text));
        yield absent;
      }
    };
  }

  /// A date as YYYY-MM-DD; an absent one is a problem.
  public LocalDate date(String name) {
    String text = required(name);
    LocalDate date = text == null ? null : dateOf(text, name);
    return date == null ? LocalDate.EPOCH : date;
  }

  public @Nullable LocalDate optionalDate(String name) {
    String text = values.get(name);
    return text == null ? null : dateOf(text, name);
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  /// A rule of one route's own.
  public void refuse(String name, String why) {
    String text = values.get(name);
    problems.add("value_error", at(name), "Value error, " + why, text == null ? null : shown(text));
  }

  /// Ends the reading: after it, every value that was taken is good.
  ///
  /// @throws InvalidInput with all problems of the request so far
  public void done() {
    problems.done();
  }

  private @Nullable LocalDate dateOf(String text, String name) {
    try {
      // ISO_LOCAL_DATE alone would take +12345-01-01.
      if (text.length() == 10) {
        return LocalDate.parse(text);
      }
    } catch (DateTimeParseException noSuchDay) {
      // Reported below, like a wrong length.
    }
    problems.add(
        "date_parsing",
        at(name),
        "Input should be a valid date in the format YYYY-MM-DD",
        shown(text));
    return null;
  }

  private @Nullable String required(String name) {
    String value = values.get(name);
    if (value == null) {
      problems.add("missing", at(name), "Field required", NullNode.getInstance());
    }
    return value;
  }

  // Long.parseLong takes the digits of every script; we take 0 to 9.
  private static long parseLong(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > '9') {
        throw new NumberFormatException();
      }
    }
    return Long.parseLong(text);
  }

  // With an exponent too, as clients' own languages write small fractions. Its three digits bound
  // what the arithmetic costs. Digits are those of ASCII; a point needs some on one side only.
  private static @Nullable BigDecimal decimal(String text) {
    boolean number = text.length() <= WAIT_CHARS_MAX && DECIMAL.matcher(text).matches();
    return number ? new BigDecimal(text) : null;
  }

  private static JsonNode shown(String text) {
    return StringNode.valueOf(text);
  }

  private static List<Object> at(String name) {
    return List.of("query", name);
  }
}
