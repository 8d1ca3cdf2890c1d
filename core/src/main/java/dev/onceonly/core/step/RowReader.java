package dev.onceonly.core.step;

import org.jspecify.annotations.Nullable;

/// Reads single rows outside the lane. What it sees has been flushed. Thread-safe.
public interface RowReader {
  <T> @Nullable T get(RowKey<T> key);
}
