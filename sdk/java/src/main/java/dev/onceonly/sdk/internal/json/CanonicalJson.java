package dev.onceonly.sdk.internal.json;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// JSON that is the same text for equal values and another one for others: sorted names, no blanks,
/// numbers and instants by their value, and the name of its class before the value of a class.
public final class CanonicalJson {
  private static final int DEPTH_MAX = 60;

  private final StringBuilder out = new StringBuilder();
  private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private CanonicalJson() {}

  /// The text of any value that has one.
  ///
  /// @throws IllegalArgumentException if it has no JSON form, shows only a part of itself, or
  ///   contains itself; the message says what it must be
  public static String of(@Nullable Object value) {
    CanonicalJson json = new CanonicalJson();
    json.append(value);
    return json.out.toString();
  }

  private void append(@Nullable Object value) {
    if (value == null || value instanceof Boolean) {
      out.append(value);
    } else if (Parts.isMoreThanAScalar(value)) {
      within(value);
    } else if (value instanceof Number number) {
      out.append(Scalars.number(number));
    } else if (value instanceof Enum<?> constant) {
      out.append(constant.getDeclaringClass().getName()).append(Json.text(constant.name()));
    } else {
      String text = Scalars.of(value);
      if (text != null) {
        out.append(Json.text(text));
      } else {
        appendOptionalOrStructure(value);
      }
    }
  }

  private void appendOptionalOrStructure(Object value) {
    if (value instanceof Optional<?> optional) {
      append(optional.orElse(null));
    } else if (value instanceof OptionalInt number) {
      append(number.isPresent() ? (Object) number.getAsInt() : null);
    } else if (value instanceof OptionalLong number) {
      append(number.isPresent() ? (Object) number.getAsLong() : null);
    } else if (value instanceof OptionalDouble number) {
      append(number.isPresent() ? (Object) number.getAsDouble() : null);
    } else if (value instanceof JsonNode node) {
      append(Json.open(node));
    } else {
      within(value);
    }
  }

  private void within(Object value) {
    if (open.size() >= DEPTH_MAX || !open.add(value)) {
      throw new IllegalArgumentException(
          "must not contain itself, nor be deeper than " + DEPTH_MAX + " levels");
    }
    appendStructure(value);
    open.remove(value);
  }

  private void appendStructure(Object value) {
    Parts.refuseHidden(value);
    if (Parts.isMoreThanAScalar(value)) {
      appendOfClass(value);
    } else if (value instanceof Map<?, ?> map) {
      appendObject(named(map));
    } else if (value instanceof Set<?> set) {
      appendSorted(set);
    } else if (value instanceof Collection<?> items) {
      appendList(items);
    } else if (value instanceof byte[] bytes) {
      append(Json.open(bytes));
    } else if (value.getClass().isArray()) {
      List<@Nullable Object> items = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) {
        items.add(Array.get(value, i));
      }
      appendList(items);
    } else {
      appendOfClass(value);
    }
  }

  private void appendOfClass(Object value) {
    Class<?> type = Parts.type(value);
    if (type.getName().startsWith("java.")) {
      // A URI, a path, a currency: what the JDK writes as one text.
      Object tree = Json.open(value);
      if (!(tree instanceof String)) {
        throw new IllegalArgumentException(
            "must have a JSON form, and a " + type.getName() + " has none");
      }
      append(tree);
      return;
    }
    Map<String, @Nullable Object> parts = Parts.of(value, type);
    out.append(type.getName());
    appendObject(parts);
  }

  /// Keys that are written alike would be one name for two values.
  private static Map<String, @Nullable Object> named(Map<?, ?> map) {
    Map<String, @Nullable Object> named = new TreeMap<>();
    map.forEach((key, value) -> {
      String name = key instanceof Enum<?> constant ? constant.name() : Scalars.of(key);
      if (name == null || named.containsKey(name)) {
        throw new IllegalArgumentException(
            "must have texts, numbers or enum constants as keys of a map, each another text");
      }
      named.put(name, value);
    });
    return named;
  }

  private void appendObject(Map<String, @Nullable Object> sorted) {
    String separator = "{";
    for (Map.Entry<String, @Nullable Object> entry : sorted.entrySet()) {
      out.append(separator).append(Json.text(entry.getKey())).append(':');
      append(entry.getValue());
      separator = ",";
    }
    out.append(sorted.isEmpty() ? "{}" : "}");
  }

  private void appendList(Collection<?> items) {
    String separator = "[";
    for (Object item : items) {
      out.append(separator);
      append(item);
      separator = ",";
    }
    out.append(items.isEmpty() ? "[]" : "]");
  }

  // Sets have no order of their own, and equal ones shall be equal keys.
  private void appendSorted(Set<?> set) {
    List<String> texts = new ArrayList<>();
    int start = out.length();
    for (Object item : set) {
      append(item);
      texts.add(out.substring(start));
      out.setLength(start);
    }
    Collections.sort(texts);
    out.append('[').append(String.join(",", texts)).append(']');
  }
}
