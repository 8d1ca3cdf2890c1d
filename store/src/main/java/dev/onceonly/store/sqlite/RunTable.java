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
  private static final String TOTAL = "SELECT runs FROM run_totals WHERE namespace_id = ?";

  /// Text is compared byte by byte, and the byte 255 is in no text: so the range holds exactly what
  /// starts with the prefix.
  private static final String TOTAL_OF_PREFIX =
      """
      SELECT count(*) FROM runs
      WHERE namespace_id = ?1 AND run_id >= ?2 AND run_id < ?2 || CAST(x'FF' AS TEXT)
      """;

  /// The second at an offset: steps through the narrow index only.
  private static final String SECOND_AT =
      "SELECT last_ts FROM runs WHERE namespace_id = ? ORDER BY last_ts DESC LIMIT 1 OFFSET ?";

  private static final String COUNT_BEFORE =
      "SELECT count(*) FROM runs WHERE namespace_id = ? AND last_ts > ?";

  private static final String PAGE_FROM_SECOND =
      """
      SELECT run_id, last_ts, last_event_id, last_type, last_status, events, agents FROM runs
      WHERE namespace_id = ? AND last_ts <= ? ORDER BY last_ts DESC, run_id LIMIT ? OFFSET ?
      """;

  /// Finds what has the prefix, and puts it in order.
  private static final String PAGE_OF_PREFIX =
      """
      SELECT run_id, last_ts, last_event_id, last_type, last_status, events, agents FROM runs
      WHERE namespace_id = ?1 AND run_id >= ?2 AND run_id < ?2 || CAST(x'FF' AS TEXT)
      ORDER BY last_ts DESC, run_id LIMIT ?3 OFFSET ?4
      """;

  /// Goes through all in order until enough have the prefix: the plus signs keep the index over run
  /// ids out of it.
  private static final String PAGE_OF_PREFIX_IN_ORDER =
      """
      SELECT run_id, last_ts, last_event_id, last_type, last_status, events, agents FROM runs
      WHERE namespace_id = ?1 AND +run_id >= ?2 AND +run_id < ?2 || CAST(x'FF' AS TEXT)
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

  /// A page costs a step in an index for what it skips, and its rows.
  RunPage page(long namespaceId, String prefix, int limit, int offset) throws SQLException {
    long all = total(namespaceId);
    if (prefix.isEmpty()) {
      return new RunPage(all, offset < all ? page(namespaceId, limit, offset) : List.of());
    }
    long total = totalOfPrefix(namespaceId, prefix);
    if (offset >= total) {
      return new RunPage(total, List.of());
    }
    // Sorting costs all that match; going through all in order, as many as are met until enough
    // match, if these are spread evenly.
    boolean inOrder = (double) total * total > (double) all * ((long) offset + limit);
    PreparedStatement page = statements.get(inOrder ? PAGE_OF_PREFIX_IN_ORDER : PAGE_OF_PREFIX);
    page.setLong(1, namespaceId);
    page.setString(2, prefix);
    page.setInt(3, limit);
    page.setInt(4, offset);
    return new RunPage(total, found(page));
  }

  private List<RunPage.Found> page(long namespaceId, int limit, int offset) throws SQLException {
    Long second = longOf(SECOND_AT, namespaceId, offset);
    if (second == null) {
      return List.of();
    }
    Long before = longOf(COUNT_BEFORE, namespaceId, second);
    PreparedStatement page = statements.get(PAGE_FROM_SECOND);
    page.setLong(1, namespaceId);
    page.setLong(2, second);
    page.setInt(3, limit);
    page.setLong(4, Math.max(0, offset - (before == null ? 0 : before)));
    return found(page);
  }

  private long total(long namespaceId) throws SQLException {
    PreparedStatement total = statements.get(TOTAL);
    total.setLong(1, namespaceId);
    try (ResultSet row = total.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private long totalOfPrefix(long namespaceId, String prefix) throws SQLException {
    PreparedStatement total = statements.get(TOTAL_OF_PREFIX);
    total.setLong(1, namespaceId);
    total.setString(2, prefix);
    try (ResultSet row = total.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private @Nullable Long longOf(String sql, long namespaceId, long argument) throws SQLException {
    PreparedStatement query = statements.get(sql);
    query.setLong(1, namespaceId);
    query.setLong(2, argument);
    try (ResultSet row = query.executeQuery()) {
      return row.next() ? (Long) row.getLong(1) : null;
    }
  }

  private static List<RunPage.Found> found(PreparedStatement page) throws SQLException {
    List<RunPage.Found> found = new ArrayList<>();
    try (ResultSet row = page.executeQuery()) {
      while (row.next()) {
        found.add(new RunPage.Found(row.getString(1), read(row)));
      }
    }
    return found;
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
