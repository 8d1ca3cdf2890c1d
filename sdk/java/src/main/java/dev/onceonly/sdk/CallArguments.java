package dev.onceonly.sdk;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a guarded function was called with.
///
/// @param values in order, unmodifiable
public record CallArguments(List<@Nullable Object> values) {
  /// Keeps the list unmodifiable.
  public CallArguments {
    values = Collections.unmodifiableList(values);
  }

  /// The argument at a position, counted from 0.
  ///
  /// @throws IndexOutOfBoundsException if there are fewer
  public @Nullable Object get(int index) {
    return values.get(index);
  }

  /// The argument at a position as its type.
  ///
  /// @throws ClassCastException if it is of another type
  public <T> @Nullable T get(int index, Class<T> type) {
    return type.cast(values.get(index));
  }
}
