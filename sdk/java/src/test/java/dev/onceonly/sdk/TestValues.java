package dev.onceonly.sdk;

import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Values of scenarios that JSON has not.
final class TestValues {
  private TestValues() {}

  /// What `"model": "invoice"` names.
  ///
  /// @param id its number
  /// @param amount what is to be paid
  record Invoice(String id, BigDecimal amount) {}

  /// A class of its own with one field.
  record Paid(String id) {}

  /// Another with the same field.
  record Shipped(String id) {}

  /// Shows only a part of itself.
  static final class Hiding {
    public final String shown = "shown";

    @SuppressWarnings("UnusedVariable") // It is there to be hidden.
    private final String hidden;

    Hiding(String hidden) {
      this.hidden = hidden;
    }
  }

  /// An argument as the scenario means it.
  static @Nullable Object of(@Nullable Object told) {
    if (told instanceof List<?> list) {
      List<@Nullable Object> values = new ArrayList<>();
      list.forEach(item -> values.add(of(item)));
      return values;
    }
    if (!(told instanceof Map<?, ?> map)) {
      return told;
    }
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String name = String.valueOf(entry.getKey());
      if (name.startsWith("$")) {
        return special(name, entry.getValue(), map);
      }
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    map.forEach((name, value) -> values.put(String.valueOf(name), of(value)));
    return values;
  }

  private static @Nullable Object special(String name, @Nullable Object told, Map<?, ?> whole) {
    String text = String.valueOf(told);
    return switch (name) {
      case "$decimal" -> new BigDecimal(text);
      case "$float" -> Double.valueOf(text);
      case "$instant" -> OffsetDateTime.parse(text);
      case "$set" -> new LinkedHashSet<>((List<?>) Objects.requireNonNull(of(told)));
      case "$record" -> record(text, Objects.requireNonNull((Map<?, ?>) whole.get("fields")));
      case "$hides" -> new Hiding(text);
      case "$undefined" -> null;
      default -> throw new IllegalStateException("no value " + name);
    };
  }

  private static Object record(String name, Map<?, ?> fields) {
    String id = String.valueOf(fields.get("id"));
    return name.equals("Paid") ? new Paid(id) : new Shipped(id);
  }
}
