package dev.onceonly.store.sqlite;

import dev.onceonly.core.run.RunEventKey;
import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunEventRow.Ids;
import dev.onceonly.core.run.RunEventRow.Labels;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunQueries.EventCursor;
import dev.onceonly.core.run.RunQueries.EventPage;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Events by their id, which is the order of their arrival; listed by their run and time.
final class RunEventTable implements Table<RunEventKey, RunEventRow> {
  private static final String LOAD =
      """
      SELECT ts, at_ms, type, status, step, tool, req_id, lease_id, agent_id, message, duration_ms, data
      FROM run_events
      WHERE id = ? AND run = (SELECT number FROM runs WHERE namespace_id = ? AND run_id = ?)
      """;
  private static final String TOTAL =
      """
      SELECT count(*) FROM run_events
      WHERE run = (SELECT number FROM runs WHERE namespace_id = ? AND run_id = ?)
      """;
  private static final String PAGE =
      """
      SELECT ts, at_ms, type, status, step, tool, req_id, lease_id, agent_id, message, duration_ms, data, id
      FROM run_events
      WHERE run = (SELECT number FROM runs WHERE namespace_id = ? AND run_id = ?)
      ORDER BY ts, id LIMIT ? OFFSET ?
      """;

  /// Two statements, since the index finds `(ts, id) > (?, ?)` by its first half only.
  private static final String AFTER_IN_SECOND =
      """
      SELECT ts, at_ms, type, status, step, tool, req_id, lease_id, agent_id, message, duration_ms, data, id
      FROM run_events
      WHERE run = (SELECT number FROM runs WHERE namespace_id = ? AND run_id = ?) AND ts = ? AND id > ?
      ORDER BY id LIMIT ?
      """;

  private static final String AFTER_SECOND =
      """
      SELECT ts, at_ms, type, status, step, tool, req_id, lease_id, agent_id, message, duration_ms, data, id
      FROM run_events
      WHERE run = (SELECT number FROM runs WHERE namespace_id = ? AND run_id = ?) AND ts > ?
      ORDER BY ts, id LIMIT ?
      """;
  private static final String SAVE =
      """
      INSERT INTO run_events (ts, at_ms, type, status, step, tool, req_id, lease_id, agent_id, message, duration_ms,
        data, id, run, row_sum)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET ts = excluded.ts, at_ms = excluded.at_ms, type = excluded.type,
        status = excluded.status, step = excluded.step, tool = excluded.tool, req_id = excluded.req_id,
        lease_id = excluded.lease_id, agent_id = excluded.agent_id, message = excluded.message,
        duration_ms = excluded.duration_ms, data = excluded.data, run = excluded.run,
        row_sum = excluded.row_sum
      """;
  private static final String DELETE = "DELETE FROM run_events WHERE id = ? AND run = ?";

  private final Statements statements;
  private final RunTable runs;

  RunEventTable(Statements statements, RunTable runs) {
    this.statements = statements;
    this.runs = runs;
  }

  @Override
  public @Nullable RunEventRow load(RunEventKey key) throws SQLException {
    PreparedStatement load = statements.get(LOAD);
    load.setLong(1, key.id());
    load.setLong(2, key.run().namespaceId());
    load.setString(3, key.run().runId());
    try (ResultSet row = load.executeQuery()) {
      return row.next() ? read(row) : null;
    }
  }

  EventPage page(RunKey run, int limit, int offset) throws SQLException {
    PreparedStatement total = statements.get(TOTAL);
    bind(total, run);
    PreparedStatement page = statements.get(PAGE);
    bind(page, run);
    page.setInt(3, limit);
    page.setInt(4, offset);
    List<EventPage.Found> found = new ArrayList<>();
    addFound(page, found);
    try (ResultSet row = total.executeQuery()) {
      return new EventPage(row.next() ? row.getLong(1) : 0, found);
    }
  }

  List<EventPage.Found> after(RunKey run, EventCursor after, int limit) throws SQLException {
    List<EventPage.Found> found = new ArrayList<>();
    PreparedStatement inSecond = statements.get(AFTER_IN_SECOND);
    bind(inSecond, run);
    inSecond.setLong(3, after.ts());
    inSecond.setLong(4, after.id());
    inSecond.setInt(5, limit);
    addFound(inSecond, found);
    if (found.size() < limit) {
      PreparedStatement later = statements.get(AFTER_SECOND);
      bind(later, run);
      later.setLong(3, after.ts());
      later.setInt(4, limit - found.size());
      addFound(later, found);
    }
    return found;
  }

  private static void addFound(PreparedStatement query, List<EventPage.Found> found)
      throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        found.add(new EventPage.Found(row.getLong(13), read(row)));
      }
    }
  }

  private static void bind(PreparedStatement query, RunKey run) throws SQLException {
    query.setLong(1, run.namespaceId());
    query.setString(2, run.runId());
  }

  private static RunEventRow read(ResultSet row) throws SQLException {
    Ids ids = new Ids(row.getString(7), row.getString(8), row.getString(9));
    return new RunEventRow(
        row.getLong(1),
        row.getLong(2),
        row.getString(3),
        new Labels(row.getString(4), row.getString(5), row.getString(6), ids, row.getString(10)),
        Statements.getLong(row, 11),
        row.getString(12));
  }

  /// The run itself is saved first: an event of a run that does not exist is refused.
  @Override
  public void save(RunEventKey key, @Nullable RunEventRow event) throws SQLException {
    RunTable.Place run = runs.place(key.run());
    if (!run.exists()) {
      throw new IllegalStateException("an event needs its run");
    }
    if (event == null) {
      PreparedStatement delete = statements.get(DELETE);
      delete.setLong(1, key.id());
      delete.setLong(2, run.number());
      delete.executeUpdate();
      return;
    }
    Labels labels = event.labels();
    RowSum save = new RowSum(statements.get(SAVE));
    save.setLong(1, event.ts());
    save.setLong(2, event.atMs());
    save.setString(3, event.type());
    save.setString(4, labels.status());
    save.setString(5, labels.step());
    save.setString(6, labels.tool());
    save.setString(7, labels.ids().reqId());
    save.setString(8, labels.ids().leaseId());
    save.setString(9, labels.ids().agentId());
    save.setString(10, labels.message());
    save.setOrNull(11, event.durationMs());
    save.setString(12, event.dataJson());
    save.setLong(13, key.id());
    save.setLong(14, run.number());
    save.setSum(15).executeUpdate();
  }
}
