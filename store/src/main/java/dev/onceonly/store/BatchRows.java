package dev.onceonly.store;

import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows of one batch: loaded once each, then as the batch's steps leave them, so that each row
/// is written once however many steps changed it. For the lane's thread.
final class BatchRows implements Rows {
  private final BatchSession session;
  private final Map<RowKey<?>, @Nullable Object> rows = new HashMap<>();
  private final Map<RowKey<?>, Change<?>> dirty = new LinkedHashMap<>();

  BatchRows(BatchSession session) {
    this.session = session;
  }

  void load(RowKey<?> key) {
    if (!rows.containsKey(key)) {
      rows.put(key, session.load(key));
    }
  }

  @Override
  public <T> @Nullable T get(RowKey<T> key) {
    Object row = rows.get(key);
    if (row == null && !rows.containsKey(key)) {
      throw new IllegalStateException("a step looked at a row that it had not named: " + key);
    }
    return row == null ? null : key.rowType().cast(row);
  }

  void apply(Change<?> change) {
    rows.put(change.key(), change.row());
    dirty.put(change.key(), change);
  }

  /// Each changed row once, as it stands now.
  List<Change<?>> changes() {
    return List.copyOf(dirty.values());
  }

  void save() {
    dirty.values().forEach(session::save);
  }
}
