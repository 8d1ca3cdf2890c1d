package dev.onceonly.sdk.internal.json;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Stored results as the types of those who ask.
public final class Results {
  private Results() {}

  /// A stored result as a class; null when there is none.
  ///
  /// @throws IllegalArgumentException if it can't be read as that type
  public static <T> @Nullable T as(@Nullable Map<String, @Nullable Object> result, Class<T> type) {
    // The mapper gives the wrapper of a primitive, which no cast to the primitive's class accepts.
    @SuppressWarnings("unchecked")
    T converted = (T) as(result, (Type) type);
    return converted;
  }

  /// A stored result as a type with its arguments; null when there is none.
  ///
  /// @throws IllegalArgumentException if it can't be read as that type
  public static @Nullable Object as(@Nullable Map<String, @Nullable Object> result, Type type) {
    if (result == null) {
      return null;
    }
    return Json.convert(isWrapped(result, type) ? result.get("data") : result, type);
  }

  /// A first call's value, which was stored as `{"data": value}` whatever it is, as a type.
  ///
  /// @throws IllegalArgumentException if it can't be read as that type
  public static @Nullable Object replayed(
      @Nullable Map<String, @Nullable Object> result, Type type) {
    if (result == null || !result.containsKey("data")) {
      // Somebody else has completed the key.
      return as(result, type);
    }
    Object value = result.get("data");
    return value == null ? null : Json.convert(value, type);
  }

  /// Whether the object is only the coat of a list or scalar: it has nothing but `data`, and what
  /// is asked for is no object, or `data` is none.
  private static boolean isWrapped(Map<String, @Nullable Object> result, Type type) {
    if (result.size() != 1 || !result.containsKey("data")) {
      return false;
    }
    Type raw = type instanceof ParameterizedType generic ? generic.getRawType() : type;
    if (!(raw instanceof Class<?> kind)) {
      return true;
    }
    return !Map.class.isAssignableFrom(kind) && !hasDataProperty(kind);
  }

  private static boolean hasDataProperty(Class<?> kind) {
    for (var method : kind.getMethods()) {
      boolean isNamed =
          method.getName().equals("getData")
              || (kind.isRecord() && method.getName().equals("data"));
      if (method.getParameterCount() == 0 && isNamed) {
        return true;
      }
    }
    return false;
  }
}
