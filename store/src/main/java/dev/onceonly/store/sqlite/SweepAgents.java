package dev.onceonly.store.sqlite;

import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentTotalKey;
import dev.onceonly.core.govern.AgentTotalRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Forgets agents that were seen the retention time ago and not since, and have neither a policy
/// nor a switch that is off nor a call that is not settled: so that a namespace's number of agents
/// is of those that are there. One that was never seen was made by a person, and stays. Not
/// thread-safe.
final class SweepAgents implements SweepPart {
  private static final String NEXT =
      """
      SELECT namespace_id, agent_id, last_seen_at_ms, disabled_at_ms FROM agents
      WHERE (namespace_id, agent_id) > (?, ?) ORDER BY namespace_id, agent_id LIMIT ?
      """;
  private static final String HELD =
      """
      SELECT EXISTS (SELECT 1 FROM policies WHERE namespace_id = ?1 AND agent_id = ?2)
        OR EXISTS (SELECT 1 FROM calls WHERE state = 3 AND namespace_id = ?1 AND agent_hash = ?3 AND agent_id = ?2)
      """;
  private static final String IN_FLIGHT =
      "SELECT namespace_id, agent_id FROM calls WHERE state = 0";
  private static final AgentKey START = new AgentKey(Long.MIN_VALUE, "");

  private final SqliteTables tables;
  private final long keptMs;
  private AgentKey after = START;

  SweepAgents(SqliteTables tables, Duration kept) {
    this.tables = tables;
    this.keptMs = kept.toMillis();
  }

  @Override
  public Piece next(long nowMs) throws SQLException {
    List<AgentKey> old = new ArrayList<>();
    int seen = find(nowMs - keptMs, old);
    Set<AgentKey> inFlight = old.isEmpty() ? Set.of() : inFlight();
    Map<Long, Integer> goneByNamespace = new HashMap<>();
    int deleted = 0;
    for (AgentKey agent : old) {
      if (!inFlight.contains(agent) && !isHeld(agent)) {
        tables.agents.save(agent, null);
        goneByNamespace.merge(agent.namespaceId(), 1, Integer::sum);
        deleted++;
      }
    }
    for (Map.Entry<Long, Integer> gone : goneByNamespace.entrySet()) {
      AgentTotalKey key = new AgentTotalKey(gone.getKey());
      AgentTotalRow total = tables.agentTotals.load(key);
      if (total != null) {
        tables.agentTotals.save(key, total.plus(-gone.getValue(), 0));
      }
    }
    boolean done = seen < PIECE_ROWS;
    if (done) {
      after = START;
    }
    return new Piece(deleted, done);
  }

  /// The next agents that are old enough, and how many rows were looked at.
  private int find(long oldestMs, List<AgentKey> old) throws SQLException {
    PreparedStatement next = tables.statements.get(NEXT);
    next.setLong(1, after.namespaceId());
    next.setString(2, after.agentId());
    next.setInt(3, PIECE_ROWS);
    int rows = 0;
    try (ResultSet row = next.executeQuery()) {
      while (row.next()) {
        rows++;
        after = new AgentKey(row.getLong(1), row.getString(2));
        long seenAtMs = row.getLong(3);
        boolean enabled = Statements.getLong(row, 4) == null;
        boolean isOne = !after.agentId().equals(AgentKey.ALL);
        if (isOne && enabled && seenAtMs > 0 && seenAtMs <= oldestMs) {
          old.add(after);
        }
      }
    }
    return rows;
  }

  /// Agents with a call in flight: there are no more of these than dispatches at a time.
  private Set<AgentKey> inFlight() throws SQLException {
    Set<AgentKey> agents = new HashSet<>();
    try (ResultSet row = tables.statements.get(IN_FLIGHT).executeQuery()) {
      while (row.next()) {
        agents.add(new AgentKey(row.getLong(1), row.getString(2)));
      }
    }
    return agents;
  }

  private boolean isHeld(AgentKey agent) throws SQLException {
    PreparedStatement held = tables.statements.get(HELD);
    held.setLong(1, agent.namespaceId());
    held.setString(2, agent.agentId());
    held.setLong(3, KeyHash.of(agent.namespaceId(), agent.agentId()));
    try (ResultSet row = held.executeQuery()) {
      return row.next() && row.getInt(1) != 0;
    }
  }
}
