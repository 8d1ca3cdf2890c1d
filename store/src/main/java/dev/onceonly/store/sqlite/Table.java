package dev.onceonly.store.sqlite;

import dev.onceonly.core.step.RowKey;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// One kind of row on one connection, with its statements prepared once. Not thread-safe.
interface Table<K extends RowKey<T>, T> {

  @Nullable T load(K key) throws SQLException;

  /// Writes the row's new state; null deletes it.
  void save(K key, @Nullable T row) throws SQLException;
}
