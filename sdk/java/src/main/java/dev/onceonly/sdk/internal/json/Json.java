package dev.onceonly.sdk.internal.json;

import java.lang.reflect.Type;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The one mapper. Thread-safe.
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          // A bean without properties has no JSON form; `{}` would make all of them equal keys.
          .enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private Json() {}

  /// Reads a whole document as maps, lists, texts, numbers, booleans and null.
  ///
  /// @throws IllegalArgumentException if it is not JSON; the text is not repeated in the message
  public static @Nullable Object read(String text) {
    try {
      return MAPPER.readValue(text, Object.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /// Compact text of what [Values] has made.
  public static String write(Map<String, ? extends @Nullable Object> object) {
    return MAPPER.writeValueAsString(object);
  }

  /// Compact text of a scalar, map or list.
  static String text(@Nullable Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /// A bean, record or other object as maps, lists and scalars.
  ///
  /// @throws IllegalArgumentException if it has no JSON form, or contains itself
  static @Nullable Object open(Object value) {
    try {
      return MAPPER.readValue(MAPPER.writeValueAsString(value), Object.class);
    } catch (JacksonException | StackOverflowError e) {
      throw new IllegalArgumentException(
          value.getClass().getName() + " has no JSON form: " + e.getClass().getSimpleName(), e);
    }
  }

  /// Maps, lists and scalars as a type.
  ///
  /// @throws IllegalArgumentException if they can't be read as that type
  public static @Nullable Object convert(@Nullable Object value, Type type) {
    try {
      return MAPPER.convertValue(value, MAPPER.getTypeFactory().constructType(type));
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "the result can't be read as " + type.getTypeName() + ": " + e.getOriginalMessage(), e);
    }
  }
}
