package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Fields of answers as the types of their records; what is absent or of another type is null.
final class Typed {
  private Typed() {}

  /// The objects of a list, each read; empty when there is no list.
  static <T> List<T> list(Fields fields, String name, Function<Fields, T> read) {
    return fields.raw().get(name) instanceof List<?> items
        ? Fields.objects(items).stream().map(item -> read.apply(Fields.of(item))).toList()
        : List.of();
  }

  /// Milliseconds.
  static @Nullable Duration millis(Fields fields, String name) {
    Long millis = fields.number(name);
    return millis == null ? null : Duration.ofMillis(millis);
  }

  /// A day, `2026-04-01`.
  static @Nullable LocalDate day(Fields fields, String name) {
    String text = fields.text(name);
    try {
      return text == null ? null : LocalDate.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
