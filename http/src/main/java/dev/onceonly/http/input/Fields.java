package dev.onceonly.http.input;

import dev.onceonly.http.json.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The fields of one JSON object. `null` means absent; unknown fields are ignored.
///
/// A field that is wrong adds to the problems and yields a harmless stand-in (null, an empty text,
/// 0, false), so that all mistakes of a request are found in one pass: use no value before
/// [#done()] has returned. Not thread-safe.
public final class Fields {
  private final ObjectNode object;
  private final List<Object> loc;
  private final Problems problems;

  // In the place of what is no object: that its fields are missing is no further mistake.
  private final boolean standsIn;

  private Fields(ObjectNode object, List<Object> loc, Problems problems, boolean standsIn) {
    this.object = object;
    this.loc = loc;
    this.problems = problems;
    this.standsIn = standsIn;
  }

  /// The fields of a value that should be an object; another value is a problem.
  public static Fields of(JsonNode value, List<Object> loc, Problems problems) {
    if (value instanceof ObjectNode object) {
      return new Fields(object, loc, problems, false);
    }
    problems.add("dict_type", loc, "Input should be a valid dictionary", value);
    return new Fields(Json.object(), loc, problems, true);
  }

  /// An idempotency key: 1 to 256 code points, not only white space, taken exactly as it is.
  public String key(String name) {
    return text(name, TextRule.KEY);
  }

  public String text(String name, TextRule rule) {
    JsonNode value = required(name);
    String text = value == null ? null : stringOf(value, at(name), rule);
    return text == null ? "" : text;
  }

  public @Nullable String optionalText(String name, TextRule rule) {
    JsonNode value = optional(name);
    return value == null ? null : stringOf(value, at(name), rule);
  }

  /// A TTL in seconds: a whole number from 1 to 2^63 - 1. The plan clamps it afterwards.
  public @Nullable Long optionalTtl(String name) {
    JsonNode value = optional(name);
    if (value == null) {
      return null;
    }
    Long seconds = WholeNumber.of(value, at(name), problems);
    if (seconds != null && seconds <= 0) {
      problems.add("greater_than", at(name), "Input should be greater than 0", value);
      return null;
    }
    return seconds;
  }

  /// A whole number between the bounds, both inclusive.
  public @Nullable Long optionalInteger(String name, long min, long max) {
    JsonNode value = optional(name);
    return value == null ? null : integerOf(value, at(name), min, max);
  }

  public long integer(String name, long min, long max) {
    JsonNode value = required(name);
    Long number = value == null ? null : integerOf(value, at(name), min, max);
    return number == null ? 0 : number;
  }

  /// An exact decimal, as written. The caller checks its sign and size.
  public @Nullable BigDecimal optionalDecimal(String name) {
    JsonNode value = optional(name);
    if (value == null) {
      return null;
    }
    if (!value.isNumber()) {
      problems.add("float_type", at(name), "Input should be a valid number", value);
      return null;
    }
    return value.decimalValue();
  }

  public BigDecimal decimal(String name) {
    BigDecimal value = required(name) == null ? null : optionalDecimal(name);
    return value == null ? BigDecimal.ZERO : value;
  }

  public boolean flag(String name, boolean absent) {
    Boolean value = optionalFlag(name);
    return value == null ? absent : value;
  }

  public boolean requiredFlag(String name) {
    return required(name) != null && flag(name, false);
  }

  public @Nullable Boolean optionalFlag(String name) {
    JsonNode value = optional(name);
    if (value == null) {
      return null;
    }
    if (!value.isBoolean()) {
      problems.add("bool_type", at(name), "Input should be a valid boolean", value);
      return null;
    }
    return value.booleanValue();
  }

  /// An object of at most so many bytes in compact UTF-8.
  public @Nullable ObjectNode optionalObject(String name, int bytesMax) {
    JsonNode value = optional(name);
    return value != null && boundedText(value, at(name), bytesMax) != null
        ? (ObjectNode) value
        : null;
  }

  /// As [#optionalObject(String, int)], in its compact text: how it is stored.
  public @Nullable String optionalObjectText(String name, int bytesMax) {
    JsonNode value = optional(name);
    return value == null ? null : boundedText(value, at(name), bytesMax);
  }

  /// The fields of a nested object; an absent one is a problem.
  public Fields child(String name) {
    JsonNode value = required(name);
    return value == null
        ? new Fields(Json.object(), at(name), problems, true)
        : of(value, at(name), problems);
  }

  public @Nullable Fields optionalChild(String name) {
    JsonNode value = optional(name);
    return value == null ? null : of(value, at(name), problems);
  }

  /// An array's elements as they are; null where the field is absent or wrong.
  public @Nullable List<JsonNode> optionalElements(String name, int countMin, int countMax) {
    JsonNode value = optional(name);
    return value == null ? null : elementsOf(value, at(name), countMin, countMax);
  }

  public List<JsonNode> elements(String name, int countMin, int countMax) {
    JsonNode value = required(name);
    List<JsonNode> elements =
        value == null ? null : elementsOf(value, at(name), countMin, countMax);
    return elements == null ? List.of() : elements;
  }

  /// The fields of each object in a list; an element that is none is a problem.
  public @Nullable List<Fields> optionalChildren(String name, int countMax) {
    List<JsonNode> elements = optionalElements(name, 0, countMax);
    if (elements == null) {
      return null;
    }
    List<Fields> children = new ArrayList<>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      children.add(of(elements.get(i), Locations.below(at(name), i), problems));
    }
    return List.copyOf(children);
  }

  public @Nullable List<String> optionalTexts(String name, int countMax, TextRule rule) {
    List<JsonNode> elements = optionalElements(name, 0, countMax);
    if (elements == null) {
      return null;
    }
    List<String> texts = new ArrayList<>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      String text = stringOf(elements.get(i), Locations.below(at(name), i), rule);
      texts.add(text == null ? "" : text);
    }
    return List.copyOf(texts);
  }

  /// Whether the field is there and not `null`.
  public boolean has(String name) {
    return optional(name) != null;
  }

  /// Any value; null where absent.
  public @Nullable JsonNode any(String name) {
    return optional(name);
  }

  public ObjectNode object() {
    return object;
  }

  /// A rule of one route's own, such as two fields that exclude each other.
  public void refuse(String name, String why) {
    problems.add("value_error", at(name), "Value error, " + why, optional(name));
  }

  /// Ends the reading: after it, every value that was taken is good.
  ///
  /// @throws InvalidInput with all problems of the request so far
  public void done() {
    problems.done();
  }

  private @Nullable JsonNode optional(String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private @Nullable JsonNode required(String name) {
    JsonNode value = optional(name);
    if (value == null && !standsIn) {
      problems.add("missing", at(name), "Field required", object);
    }
    return value;
  }

  private @Nullable String stringOf(JsonNode value, List<Object> where, TextRule rule) {
    if (!value.isString()) {
      problems.add("string_type", where, "Input should be a valid string", value);
      return null;
    }
    String text = value.stringValue();
    return rule.accepts(text, where, problems) ? text : null;
  }

  private @Nullable Long integerOf(JsonNode value, List<Object> where, long min, long max) {
    Long number = WholeNumber.of(value, where, problems);
    return number != null && Ranges.accepts(number, min, max, where, value, problems)
        ? number
        : null;
  }

  private @Nullable String boundedText(JsonNode value, List<Object> where, int bytesMax) {
    if (!value.isObject()) {
      problems.add("dict_type", where, "Input should be a valid dictionary", value);
      return null;
    }
    byte[] compact = Json.write(value);
    if (compact.length > bytesMax) {
      problems.add(
          "value_error",
          where,
          "Value error, at most " + bytesMax + " bytes as compact JSON",
          value);
      return null;
    }
    return new String(compact, StandardCharsets.UTF_8);
  }

  private @Nullable List<JsonNode> elementsOf(
      JsonNode value, List<Object> where, int countMin, int countMax) {
    if (!value.isArray()) {
      problems.add("list_type", where, "Input should be a valid list", value);
      return null;
    }
    if (value.size() < countMin || value.size() > countMax) {
      boolean few = value.size() < countMin;
      problems.add(
          few ? "too_short" : "too_long",
          where,
          few
              ? "List should have at least " + countMin + " items"
              : "List should have at most " + countMax + " items",
          value);
      return null;
    }
    List<JsonNode> elements = new ArrayList<>(value.size());
    value.forEach(elements::add);
    return elements;
  }

  private List<Object> at(String name) {
    return Locations.below(loc, name);
  }
}
