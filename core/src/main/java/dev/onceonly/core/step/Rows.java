package dev.onceonly.core.step;

import org.jspecify.annotations.Nullable;

/// The rows that a step named in [Step#reads], as they stand after every earlier step of the batch.
public interface Rows {

  /// The row, or null if there is none. A key that the step did not name is a programming error.
  <T> @Nullable T get(RowKey<T> key);
}
