package dev.onceonly.core.usage;

import java.util.SortedMap;

/// Reads what was counted. Thread-safe.
public interface UsageQueries {

  /// The days with figures, by days since 1970-01-01.
  ///
  /// @param fromDay inclusive
  /// @param toDay inclusive
  SortedMap<Integer, DayRow> days(long namespaceId, int fromDay, int toDay);

  /// All months of a namespace added up.
  MonthRow allTime(long namespaceId);
}
