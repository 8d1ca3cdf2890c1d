package dev.onceonly.store.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How much of what an operator watches is in the store, over all namespaces.
///
/// @param callsReserved governed calls in flight
/// @param callsUnknown governed calls of which nobody knows whether the tool has acted
/// @param mailsWaiting mails that are to be tried, now or later
/// @param oldestRunQueuedAtMs of the keyed run that has waited longest; null where none waits
public record StoreCounts(
    long callsReserved, long callsUnknown, long mailsWaiting, @Nullable Long oldestRunQueuedAtMs) {

  /// Each is a walk through an index that has only what is counted. States are written out, so that
  /// the partial indexes answer.
  static final String COUNT =
      """
      SELECT (SELECT count(*) FROM calls WHERE state = 0), (SELECT count(*) FROM calls WHERE state = 3),
        (SELECT count(*) FROM mails WHERE next_at_ms IS NOT NULL),
        (SELECT queued_at_ms FROM run_tasks WHERE claim = 0 ORDER BY queued_at_ms LIMIT 1)
      """;

  private static final String TOOL_NAMES = "SELECT DISTINCT name FROM tools LIMIT ?";

  static StoreCounts read(Statements statements) throws SQLException {
    try (ResultSet row = statements.get(COUNT).executeQuery()) {
      row.next();
      return new StoreCounts(
          row.getLong(1), row.getLong(2), row.getLong(3), Statements.getLong(row, 4));
    }
  }

  /// Names of registered tools, whosever, so many at most.
  static List<String> toolNames(Statements statements, int limit) throws SQLException {
    PreparedStatement load = statements.get(TOOL_NAMES);
    load.setInt(1, limit);
    List<String> names = new ArrayList<>();
    try (ResultSet row = load.executeQuery()) {
      while (row.next()) {
        names.add(row.getString(1));
      }
    }
    return names;
  }
}
