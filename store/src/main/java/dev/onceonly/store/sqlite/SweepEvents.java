package dev.onceonly.store.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Forgets the oldest run events, from the start of their ids on. A run counts the events that are
/// left, and goes with the last one. Not thread-safe.
final class SweepEvents implements SweepPart {
  private static final String OLDEST = "SELECT id, at_ms, run FROM run_events ORDER BY id LIMIT ?";
  private static final String DELETE = "DELETE FROM run_events WHERE id <= ?";

  /// The last event by its time, which callers may choose: it may be the oldest by its id.
  private static final String LAST =
      "SELECT ts, id, type, status FROM run_events WHERE run = ? ORDER BY ts DESC, id DESC LIMIT 1";

  private static final String UPDATE_RUN =
      """
      UPDATE runs SET last_ts = ?, last_event_id = ?, last_type = ?, last_status = ?, events = events - ?
      WHERE number = ?
      """;
  private static final String DELETE_RUN = "DELETE FROM runs WHERE number = ?";

  private final Statements statements;
  private final long keptMs;

  SweepEvents(Statements statements, Duration kept) {
    this.statements = statements;
    this.keptMs = kept.toMillis();
  }

  @Override
  public Piece next(long nowMs) throws SQLException {
    Map<Long, Integer> goneByRun = new LinkedHashMap<>();
    long last = find(nowMs - keptMs, goneByRun);
    if (goneByRun.isEmpty()) {
      return new Piece(0, true);
    }
    PreparedStatement delete = statements.get(DELETE);
    delete.setLong(1, last);
    int deleted = delete.executeUpdate();
    for (Map.Entry<Long, Integer> run : goneByRun.entrySet()) {
      update(run.getKey(), run.getValue());
    }
    return new Piece(deleted, deleted < PIECE_ROWS);
  }

  /// The id of the last event that goes, and how many go of each run.
  private long find(long oldestMs, Map<Long, Integer> goneByRun) throws SQLException {
    PreparedStatement oldest = statements.get(OLDEST);
    oldest.setInt(1, PIECE_ROWS);
    long last = 0;
    try (ResultSet row = oldest.executeQuery()) {
      while (row.next() && row.getLong(2) <= oldestMs) {
        last = row.getLong(1);
        goneByRun.merge(row.getLong(3), 1, Integer::sum);
      }
    }
    return last;
  }

  private void update(long run, int gone) throws SQLException {
    PreparedStatement find = statements.get(LAST);
    find.setLong(1, run);
    try (ResultSet last = find.executeQuery()) {
      if (last.next()) {
        PreparedStatement update = statements.get(UPDATE_RUN);
        update.setLong(1, last.getLong(1));
        update.setLong(2, last.getLong(2));
        update.setString(3, last.getString(3));
        update.setString(4, last.getString(4));
        update.setInt(5, gone);
        update.setLong(6, run);
        update.executeUpdate();
      } else {
        PreparedStatement delete = statements.get(DELETE_RUN);
        delete.setLong(1, run);
        delete.executeUpdate();
      }
    }
  }
}
