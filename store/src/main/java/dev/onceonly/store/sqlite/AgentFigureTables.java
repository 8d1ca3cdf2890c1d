package dev.onceonly.store.sqlite;

import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentHourKey;
import dev.onceonly.core.govern.AgentHourRow;
import dev.onceonly.core.govern.ToolDayKey;
import dev.onceonly.core.govern.ToolDayRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// What caps are held against: agents' hours and days, and the tools that they have called.
final class AgentFigureTables {
  private AgentFigureTables() {}

  /// Hours.
  static final class Hours implements Table<AgentHourKey, AgentHourRow> {
    private static final String LOAD =
        "SELECT actions FROM agent_hours WHERE namespace_id = ? AND hour = ? AND agent_id = ?";
    private static final String SAVE =
        """
        INSERT INTO agent_hours (namespace_id, hour, agent_id, actions) VALUES (?, ?, ?, ?)
        ON CONFLICT (namespace_id, hour, agent_id) DO UPDATE SET actions = excluded.actions
        """;
    private static final String DELETE =
        "DELETE FROM agent_hours WHERE namespace_id = ? AND hour = ? AND agent_id = ?";

    private final Statements statements;

    Hours(Statements statements) {
      this.statements = statements;
    }

    @Override
    public @Nullable AgentHourRow load(AgentHourKey key) throws SQLException {
      try (ResultSet row = bound(LOAD, key).executeQuery()) {
        return row.next() ? new AgentHourRow(row.getLong(1)) : null;
      }
    }

    @Override
    public void save(AgentHourKey key, @Nullable AgentHourRow row) throws SQLException {
      PreparedStatement save = bound(row == null ? DELETE : SAVE, key);
      if (row != null) {
        save.setLong(4, row.actions());
      }
      save.executeUpdate();
    }

    private PreparedStatement bound(String sql, AgentHourKey key) throws SQLException {
      PreparedStatement statement = statements.get(sql);
      statement.setLong(1, key.namespaceId());
      statement.setInt(2, key.hour());
      statement.setString(3, key.agentId());
      return statement;
    }
  }

  /// Days.
  static final class Days implements Table<AgentDayKey, AgentDayRow> {
    private static final String LOAD =
        """
        SELECT actions, blocked, reserved_nano_usd, settled_nano_usd FROM agent_days
        WHERE namespace_id = ? AND day = ? AND agent_id = ?
        """;
    private static final String SAVE =
        """
        INSERT INTO agent_days (namespace_id, day, agent_id, actions, blocked, reserved_nano_usd, settled_nano_usd,
          row_sum)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (namespace_id, day, agent_id) DO UPDATE SET actions = excluded.actions,
          blocked = excluded.blocked, reserved_nano_usd = excluded.reserved_nano_usd,
          settled_nano_usd = excluded.settled_nano_usd, row_sum = excluded.row_sum
        """;
    private static final String DELETE =
        "DELETE FROM agent_days WHERE namespace_id = ? AND day = ? AND agent_id = ?";

    private final Statements statements;

    Days(Statements statements) {
      this.statements = statements;
    }

    @Override
    public @Nullable AgentDayRow load(AgentDayKey key) throws SQLException {
      try (ResultSet row = bound(LOAD, key).executeQuery()) {
        return row.next() ? read(row) : null;
      }
    }

    private static AgentDayRow read(ResultSet row) throws SQLException {
      return new AgentDayRow(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
    }

    @Override
    public void save(AgentDayKey key, @Nullable AgentDayRow row) throws SQLException {
      if (row == null) {
        bound(DELETE, key).executeUpdate();
        return;
      }
      RowSum save = new RowSum(statements.get(SAVE));
      save.setLong(1, key.namespaceId());
      save.setInt(2, key.day());
      save.setString(3, key.agentId());
      save.setLong(4, row.actions());
      save.setLong(5, row.blocked());
      save.setLong(6, row.reservedNanoUsd());
      save.setLong(7, row.settledNanoUsd());
      save.setSum(8).executeUpdate();
    }

    private PreparedStatement bound(String sql, AgentDayKey key) throws SQLException {
      PreparedStatement statement = statements.get(sql);
      statement.setLong(1, key.namespaceId());
      statement.setInt(2, key.day());
      statement.setString(3, key.agentId());
      return statement;
    }
  }

  /// Days of one agent's one tool.
  static final class ToolDays implements Table<ToolDayKey, ToolDayRow> {
    private static final String LOAD =
        "SELECT calls FROM tool_days WHERE namespace_id = ? AND day = ? AND agent_id = ? AND tool = ?";
    private static final String SAVE =
        """
        INSERT INTO tool_days (namespace_id, day, agent_id, tool, calls) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (namespace_id, day, agent_id, tool) DO UPDATE SET calls = excluded.calls
        """;
    private static final String DELETE =
        "DELETE FROM tool_days WHERE namespace_id = ? AND day = ? AND agent_id = ? AND tool = ?";

    private final Statements statements;

    ToolDays(Statements statements) {
      this.statements = statements;
    }

    @Override
    public @Nullable ToolDayRow load(ToolDayKey key) throws SQLException {
      try (ResultSet row = bound(LOAD, key).executeQuery()) {
        return row.next() ? new ToolDayRow(row.getLong(1)) : null;
      }
    }

    @Override
    public void save(ToolDayKey key, @Nullable ToolDayRow row) throws SQLException {
      PreparedStatement save = bound(row == null ? DELETE : SAVE, key);
      if (row != null) {
        save.setLong(5, row.calls());
      }
      save.executeUpdate();
    }

    private PreparedStatement bound(String sql, ToolDayKey key) throws SQLException {
      PreparedStatement statement = statements.get(sql);
      statement.setLong(1, key.namespaceId());
      statement.setInt(2, key.day());
      statement.setString(3, key.agentId());
      statement.setString(4, key.tool());
      return statement;
    }
  }
}
