package dev.onceonly.store.sqlite;

import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunQueries.RunPage;
import dev.onceonly.core.run.RunRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs, listed by their last event's time and found by their id.
final class RunTable implements Table<RunKey, RunRow> {
  private static final String LOAD =
      """
      SELECT number, last_ts, last_event_id, last_type, last_status, events, agents FROM runs
      WHERE namespace_id = ? AND run_id = ?
      """;
  private static final String TOTAL = "SELECT count(*) FROM runs WHERE namespace_id = ?";
  private static final String PAGE =
      """
      SELECT run_id, last_ts, last_event_id, last_type, last_status, events, agents FROM runs
      WHERE namespace_id = ? ORDER BY last_ts DESC, run_id LIMIT ? OFFSET ?
      """;

  /// Text is compared byte by byte, and the byte 255 is in no text: so the range holds exactly what
  /// starts with the prefix.
  private static final String TOTAL_OF_PREFIX =
      """
      SELECT count(*) FROM runs
      WHERE namespace_id = ?1 AND run_id >= ?2 AND run_id < ?2 || CAST(x'FF' AS TEXT)
      """;

  private static final String PAGE_OF_PREFIX =
      """
      SELECT run_id, last_ts, last_event_id, last_type, last_status, events, agents FROM runs
      WHERE namespace_id = ?1 AND run_id >= ?2 AND run_id < ?2 || CAST(x'FF' AS TEXT)
      ORDER BY last_ts DESC, run_id LIMIT ?3 OFFSET ?4
      """;
  private static final String INSERT =
      """
      INSERT INTO runs (last_event_id, last_type, last_status, events, agents, last_ts, namespace_id, run_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      RETURNING number
      """;
  private static final String UPDATE =
      """
      UPDATE runs SET last_event_id = ?, last_type = ?, last_status = ?, events = ?, agents = ?, last_ts = ?
      WHERE number = ?
      """;

  /// Within one second most updates leave the index by time alone.
  private static final String UPDATE_BUT_TS =
      """
      UPDATE runs SET last_event_id = ?, last_type = ?, last_status = ?, events = ?, agents = ? WHERE number = ?
      """;

  private static final String DELETE = "DELETE FROM runs WHERE number = ?";
  private static final String DELETE_EVENTS = "DELETE FROM run_events WHERE run = ?";

  private final Statements statements;
  private final Map<RunKey, Place> places = new HashMap<>();

  /// Where a run stands.
  ///
  /// @param number 0 where there is none
  record Place(long number, long lastTs) {
    static final Place NONE = new Place(0, 0);

    boolean exists() {
      return number != 0;
    }
  }

  RunTable(Statements statements) {
    this.statements = statements;
  }

  @Override
  public @Nullable RunRow load(RunKey key) throws SQLException {
    PreparedStatement load = statements.get(LOAD);
    load.setLong(1, key.namespaceId());
    load.setString(2, key.runId());
    try (ResultSet row = load.executeQuery()) {
      if (!row.next()) {
        places.put(key, Place.NONE);
        return null;
      }
      places.put(key, new Place(row.getLong(1), row.getLong(2)));
      return read(row);
    }
  }

  RunPage page(long namespaceId, String prefix, int limit, int offset) throws SQLException {
    PreparedStatement total = statements.get(prefix.isEmpty() ? TOTAL : TOTAL_OF_PREFIX);
    PreparedStatement page = statements.get(prefix.isEmpty() ? PAGE : PAGE_OF_PREFIX);
    int next = 2;
    total.setLong(1, namespaceId);
    page.setLong(1, namespaceId);
    if (!prefix.isEmpty()) {
      total.setString(2, prefix);
      page.setString(next++, prefix);
    }
    page.setInt(next++, limit);
    page.setInt(next, offset);
    List<RunPage.Found> found = new ArrayList<>();
    try (ResultSet row = page.executeQuery()) {
      while (row.next()) {
        found.add(new RunPage.Found(row.getString(1), read(row)));
      }
    }
    try (ResultSet row = total.executeQuery()) {
      return new RunPage(row.next() ? row.getLong(1) : 0, found);
    }
  }

  private static RunRow read(ResultSet row) throws SQLException {
    return new RunRow(
        row.getLong(2),
        row.getLong(3),
        row.getString(4),
        row.getString(5),
        row.getLong(6),
        AgentList.read(row.getString(7)));
  }

  /// A deleted run takes its events with it.
  @Override
  public void save(RunKey key, @Nullable RunRow row) throws SQLException {
    Place place = place(key);
    if (row == null) {
      if (place.exists()) {
        delete(DELETE, place);
        delete(DELETE_EVENTS, place);
        places.put(key, Place.NONE);
      }
      return;
    }
    long number = place.exists() ? update(place, row) : insert(key, row);
    places.put(key, new Place(number, row.lastTs()));
  }

  private long update(Place place, RunRow row) throws SQLException {
    boolean moves = place.lastTs != row.lastTs();
    PreparedStatement update = statements.get(moves ? UPDATE : UPDATE_BUT_TS);
    bind(update, row);
    if (moves) {
      update.setLong(6, row.lastTs());
      update.setLong(7, place.number);
    } else {
      update.setLong(6, place.number);
    }
    update.executeUpdate();
    return place.number;
  }

  private long insert(RunKey key, RunRow row) throws SQLException {
    PreparedStatement insert = statements.get(INSERT);
    bind(insert, row);
    insert.setLong(6, row.lastTs());
    insert.setLong(7, key.namespaceId());
    insert.setString(8, key.runId());
    try (ResultSet inserted = insert.executeQuery()) {
      inserted.next();
      return inserted.getLong(1);
    }
  }

  private static void bind(PreparedStatement save, RunRow row) throws SQLException {
    save.setLong(1, row.lastEventId());
    save.setString(2, row.lastType());
    save.setString(3, row.lastStatus());
    save.setLong(4, row.events());
    save.setString(5, AgentList.write(row.agents()));
  }

  private void delete(String sql, Place place) throws SQLException {
    PreparedStatement delete = statements.get(sql);
    delete.setLong(1, place.number);
    delete.executeUpdate();
  }

  /// Where the run stands, looked up if this transaction has not seen it.
  Place place(RunKey key) throws SQLException {
    Place place = places.get(key);
    if (place == null) {
      load(key);
      place = places.get(key);
    }
    return place == null ? Place.NONE : place;
  }

  void forgetPlaces() {
    places.clear();
  }
}
