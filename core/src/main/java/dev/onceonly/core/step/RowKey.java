package dev.onceonly.core.step;

/// Names one row. Implemented by one record per table, so that equality is by value.
///
/// @param <T> the row's type: an immutable record
public interface RowKey<T> {

  /// The row's class, by which a store finds the table.
  Class<T> rowType();

  /// Whose row it is, so that reading it takes that namespace's share; 0 where it is nobody's.
  default long namespaceId() {
    return 0;
  }
}
