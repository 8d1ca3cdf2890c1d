package dev.onceonly.testkit;

import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import java.util.Collection;
import java.util.HashSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The rows that one step has named, and no others. Not thread-safe.
final class NamedRows implements Rows {
  private static final int SCANNED_MAX = 8;

  private final Collection<? extends RowKey<?>> named;
  private final Function<RowKey<?>, @Nullable Object> find;

  NamedRows(Collection<? extends RowKey<?>> named, Function<RowKey<?>, @Nullable Object> find) {
    this.named = named.size() > SCANNED_MAX ? new HashSet<>(named) : named;
    this.find = find;
  }

  @Override
  public <T> @Nullable T get(RowKey<T> key) {
    if (!named.contains(key)) {
      throw new IllegalStateException("a step looked at a row that it had not named: " + key);
    }
    Object row = find.apply(key);
    return row == null ? null : key.rowType().cast(row);
  }
}
