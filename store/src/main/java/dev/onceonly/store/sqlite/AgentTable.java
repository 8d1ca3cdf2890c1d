package dev.onceonly.store.sqlite;

import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Agents, and the namespaces' own switches under the id `*`.
final class AgentTable implements Table<AgentKey, AgentRow> {
  private static final String LOAD =
      """
      SELECT last_seen_at_ms, disabled_at_ms, disabled_reason FROM agents
      WHERE namespace_id = ? AND agent_id = ?
      """;
  private static final String ALL =
      """
      SELECT last_seen_at_ms, disabled_at_ms, disabled_reason, agent_id FROM agents
      WHERE namespace_id = ? AND agent_id <> '*'
      """;
  private static final String DISABLED =
      "SELECT namespace_id, agent_id FROM agents WHERE disabled_at_ms IS NOT NULL";
  private static final String SAVE =
      """
      INSERT INTO agents (last_seen_at_ms, disabled_at_ms, disabled_reason, namespace_id, agent_id)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (namespace_id, agent_id) DO UPDATE SET last_seen_at_ms = excluded.last_seen_at_ms,
        disabled_at_ms = excluded.disabled_at_ms, disabled_reason = excluded.disabled_reason
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

  SortedMap<String, AgentRow> all(long namespaceId) throws SQLException {
    PreparedStatement all = statements.get(ALL);
    all.setLong(1, namespaceId);
    SortedMap<String, AgentRow> agents = new TreeMap<>();
    try (ResultSet row = all.executeQuery()) {
      while (row.next()) {
        agents.put(row.getString(4), read(row));
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
    PreparedStatement save = statements.get(SAVE);
    save.setLong(1, row.lastSeenAtMs());
    Statements.set(save, 2, disabled == null ? null : (Long) disabled.atMs());
    save.setString(3, disabled == null ? null : disabled.reason());
    save.setLong(4, key.namespaceId());
    save.setString(5, key.agentId());
    save.executeUpdate();
  }
}
