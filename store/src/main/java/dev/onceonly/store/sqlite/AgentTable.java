package dev.onceonly.store.sqlite;

import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.GovernQueries.FoundAgent;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Agents, and the namespaces' own switches under the id `*`.
final class AgentTable implements Table<AgentKey, AgentRow> {
  private static final String LOAD =
      """
      SELECT last_seen_at_ms, disabled_at_ms, disabled_reason FROM agents
      WHERE namespace_id = ? AND agent_id = ?
      """;

  /// Both halves come out of an index in the order of their ids, so that no more is looked at than
  /// what is left out and what is shown.
  private static final String PAGE =
      """
      SELECT coalesce(a.last_seen_at_ms, 0), a.disabled_at_ms, a.disabled_reason, known.agent_id,
        p.agent_id IS NOT NULL, coalesce(d.actions, 0), coalesce(d.blocked, 0), coalesce(d.reserved_nano_usd, 0),
        coalesce(d.settled_nano_usd, 0)
      FROM (
        SELECT agent_id FROM agents WHERE namespace_id = ?1 AND agent_id <> '*'
        UNION SELECT agent_id FROM policies WHERE namespace_id = ?1
        ORDER BY agent_id LIMIT ?3 OFFSET ?4) AS known
      LEFT JOIN agents AS a ON a.namespace_id = ?1 AND a.agent_id = known.agent_id
      LEFT JOIN policies AS p ON p.namespace_id = ?1 AND p.agent_id = known.agent_id
      LEFT JOIN agent_days AS d ON d.namespace_id = ?1 AND d.day = ?2 AND d.agent_id = known.agent_id
      ORDER BY known.agent_id
      """;

  private static final String DISABLED =
      "SELECT namespace_id, agent_id FROM agents WHERE disabled_at_ms IS NOT NULL";
  private static final String SAVE =
      """
      INSERT INTO agents (last_seen_at_ms, disabled_at_ms, disabled_reason, namespace_id, agent_id, row_sum)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (namespace_id, agent_id) DO UPDATE SET last_seen_at_ms = excluded.last_seen_at_ms,
        disabled_at_ms = excluded.disabled_at_ms, disabled_reason = excluded.disabled_reason,
        row_sum = excluded.row_sum
      """;
  private static final String DELETE = "DELETE FROM agents WHERE namespace_id = ? AND agent_id = ?";

  private final Statements statements;

  AgentTable(Statements statements) {
    this.statements = statements;
  }

  @Override
  public @Nullable AgentRow load(AgentKey key) throws SQLException {
    PreparedStatement load = statements.get(LOAD);
    load.setLong(1, key.namespaceId());
    load.setString(2, key.agentId());
    try (ResultSet row = load.executeQuery()) {
      return row.next() ? read(row) : null;
    }
  }

  /// See [dev.onceonly.core.govern.GovernQueries#agents].
  List<FoundAgent> page(long namespaceId, int day, int limit, int offset) throws SQLException {
    PreparedStatement page = statements.get(PAGE);
    page.setLong(1, namespaceId);
    page.setInt(2, day);
    page.setInt(3, limit);
    page.setInt(4, offset);
    List<FoundAgent> agents = new ArrayList<>();
    try (ResultSet row = page.executeQuery()) {
      while (row.next()) {
        AgentDayRow figures =
            new AgentDayRow(row.getLong(6), row.getLong(7), row.getLong(8), row.getLong(9));
        agents.add(new FoundAgent(row.getString(4), read(row), row.getInt(5) != 0, figures));
      }
    }
    return agents;
  }

  List<AgentKey> disabled() throws SQLException {
    List<AgentKey> disabled = new ArrayList<>();
    try (ResultSet row = statements.get(DISABLED).executeQuery()) {
      while (row.next()) {
        disabled.add(new AgentKey(row.getLong(1), row.getString(2)));
      }
    }
    return disabled;
  }

  private static AgentRow read(ResultSet row) throws SQLException {
    Long disabledAtMs = Statements.getLong(row, 2);
    return new AgentRow(
        row.getLong(1),
        disabledAtMs == null ? null : new AgentRow.Disabled(disabledAtMs, row.getString(3)));
  }

  @Override
  public void save(AgentKey key, @Nullable AgentRow row) throws SQLException {
    if (row == null) {
      PreparedStatement delete = statements.get(DELETE);
      delete.setLong(1, key.namespaceId());
      delete.setString(2, key.agentId());
      delete.executeUpdate();
      return;
    }
    AgentRow.Disabled disabled = row.disabled();
    RowSum save = new RowSum(statements.get(SAVE));
    save.setLong(1, row.lastSeenAtMs());
    save.setOrNull(2, disabled == null ? null : (Long) disabled.atMs());
    save.setString(3, disabled == null ? null : disabled.reason());
    save.setLong(4, key.namespaceId());
    save.setString(5, key.agentId());
    save.setSum(6).executeUpdate();
  }
}
