package dev.onceonly.store.sqlite;

import dev.onceonly.core.govern.AgentTotalKey;
import dev.onceonly.core.govern.AgentTotalRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// How many agents a namespace has.
final class AgentTotalTable implements Table<AgentTotalKey, AgentTotalRow> {
  private static final String LOAD =
      "SELECT known, switched_off FROM agent_totals WHERE namespace_id = ?";
  private static final String SAVE =
      """
      INSERT INTO agent_totals (namespace_id, known, switched_off) VALUES (?, ?, ?)
      ON CONFLICT (namespace_id) DO UPDATE SET known = excluded.known, switched_off = excluded.switched_off
      """;
  private static final String DELETE = "DELETE FROM agent_totals WHERE namespace_id = ?";

  private final Statements statements;

  AgentTotalTable(Statements statements) {
    this.statements = statements;
  }

  @Override
  public @Nullable AgentTotalRow load(AgentTotalKey key) throws SQLException {
    PreparedStatement load = statements.get(LOAD);
    load.setLong(1, key.namespaceId());
    try (ResultSet row = load.executeQuery()) {
      return row.next() ? new AgentTotalRow(row.getLong(1), row.getLong(2)) : null;
    }
  }

  @Override
  public void save(AgentTotalKey key, @Nullable AgentTotalRow row) throws SQLException {
    PreparedStatement save = statements.get(row == null ? DELETE : SAVE);
    save.setLong(1, key.namespaceId());
    if (row != null) {
      save.setLong(2, row.known());
      save.setLong(3, row.off());
    }
    save.executeUpdate();
  }
}
