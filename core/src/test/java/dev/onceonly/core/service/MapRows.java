package dev.onceonly.core.service;

import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rows in a map, on which tests run steps one after the other.
final class MapRows {
  private final Map<RowKey<?>, Object> rows = new HashMap<>();

  /// Decides and applies; a row that the step has not named may not be looked at.
  <R> Decided<R> run(Step<R> step, Instant now) {
    Decided<R> decided = step.decide(new Named(Set.copyOf(step.reads(now))), now);
    decided.changes().forEach(this::apply);
    return decided;
  }

  <T> @Nullable T get(RowKey<T> key) {
    Object row = rows.get(key);
    return row == null ? null : key.rowType().cast(row);
  }

  /// Puts a row as if an earlier step had.
  void put(Change<?> change) {
    apply(change);
  }

  private <T> void apply(Change<T> change) {
    T row = change.row();
    if (row == null) {
      rows.remove(change.key());
    } else {
      rows.put(change.key(), row);
    }
  }

  static List<RowKey<?>> keys(Decided<?> decided) {
    return decided.changes().stream().<RowKey<?>>map(Change::key).toList();
  }

  private final class Named implements Rows {
    private final Set<? extends RowKey<?>> named;

    Named(Set<? extends RowKey<?>> named) {
      this.named = named;
    }

    @Override
    public <T> @Nullable T get(RowKey<T> key) {
      if (!named.contains(key)) {
        throw new IllegalStateException("not named: " + key);
      }
      return MapRows.this.get(key);
    }
  }
}
