package dev.onceonly.sdk.internal.json;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The fields of an object of an answer. A field that is absent, null or of another type is null: a
/// newer server must not break an older client, and the raw answer has it as it is.
///
/// @param raw the whole object
public record Fields(Map<String, @Nullable Object> raw) {
  private static final long EPOCH_SECOND_MAX = 253_402_300_799L;

  /// Keeps the object unmodifiable.
  public Fields {
    raw = Collections.unmodifiableMap(raw);
  }

  /// The fields of what may be an object; none of anything else.
  public static Fields of(@Nullable Object value) {
    Map<String, @Nullable Object> map = asObject(value);
    return new Fields(map == null ? Map.of() : map);
  }

  /// The value as an object, or null.
  @SuppressWarnings("unchecked") // JSON's names are texts.
  public static @Nullable Map<String, @Nullable Object> asObject(@Nullable Object value) {
    return value instanceof Map ? (Map<String, @Nullable Object>) value : null;
  }

  /// Whether the field is there, null or not.
  public boolean has(String name) {
    return raw.containsKey(name);
  }

  /// A text.
  public @Nullable String text(String name) {
    return raw.get(name) instanceof String text ? text : null;
  }

  /// True only if the field is true.
  public boolean flag(String name) {
    return Boolean.TRUE.equals(raw.get(name));
  }

  /// A whole number.
  public @Nullable Long number(String name) {
    return wholeNumber(raw.get(name));
  }

  /// Seconds.
  public @Nullable Duration seconds(String name) {
    return raw.get(name) instanceof Number number
        ? Duration.ofMillis(Math.round(number.doubleValue() * 1_000))
        : null;
  }

  /// A date in ISO-8601.
  public @Nullable Instant instant(String name) {
    String text = text(name);
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  /// Seconds since 1970.
  public @Nullable Instant epochSecond(String name) {
    Long seconds = number(name);
    return seconds == null || Math.abs(seconds) > EPOCH_SECOND_MAX
        ? null
        : Instant.ofEpochSecond(seconds);
  }

  /// An amount of money, to its last digit.
  public @Nullable BigDecimal money(String name) {
    return raw.get(name) instanceof Number number ? new BigDecimal(number.toString()) : null;
  }

  /// An object.
  public @Nullable Map<String, @Nullable Object> object(String name) {
    Map<String, @Nullable Object> map = asObject(raw.get(name));
    return map == null ? null : Collections.unmodifiableMap(map);
  }

  /// The texts of a list; other items are left out.
  public @Nullable List<String> texts(String name) {
    return raw.get(name) instanceof List<?> list
        ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList()
        : null;
  }

  /// The objects among the items.
  public static List<Map<String, @Nullable Object>> objects(List<?> items) {
    return items.stream().map(Fields::asObject).filter(Objects::nonNull).toList();
  }

  /// A whole number, or null.
  public static @Nullable Long wholeNumber(@Nullable Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    return value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 9e15
        ? number.longValue()
        : null;
  }
}
