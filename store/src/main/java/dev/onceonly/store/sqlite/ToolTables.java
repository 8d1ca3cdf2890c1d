package dev.onceonly.store.sqlite;

import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.govern.ToolTotalKey;
import dev.onceonly.core.govern.ToolTotalRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Registered tools, and how many a namespace has.
final class ToolTables {
  private ToolTables() {}

  /// Tools by scope and name.
  static final class Tools implements Table<ToolKey, ToolRow> {
    private static final String LOAD =
        """
        SELECT url, sealed, secret_id, mask, next_sealed, next_id, next_mask, only_v2, timeout_ms, max_retries,
          enabled, description, created_at_ms
        FROM tools WHERE namespace_id = ? AND scope_id = ? AND name = ?
        """;
    private static final String OF_SCOPE =
        """
        SELECT url, sealed, secret_id, mask, next_sealed, next_id, next_mask, only_v2, timeout_ms, max_retries,
          enabled, description, created_at_ms, name
        FROM tools WHERE namespace_id = ? AND scope_id = ?
        """;
    private static final String ALL =
        """
        SELECT url, sealed, secret_id, mask, next_sealed, next_id, next_mask, only_v2, timeout_ms, max_retries,
          enabled, description, created_at_ms, name, scope_id, namespace_id
        FROM tools
        """;
    private static final String SAVE =
        """
        INSERT INTO tools (url, sealed, secret_id, mask, next_sealed, next_id, next_mask, only_v2, timeout_ms,
          max_retries, enabled, description, created_at_ms, namespace_id, scope_id, name, row_sum)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (namespace_id, scope_id, name) DO UPDATE SET url = excluded.url, sealed = excluded.sealed,
          secret_id = excluded.secret_id, mask = excluded.mask, next_sealed = excluded.next_sealed,
          next_id = excluded.next_id, next_mask = excluded.next_mask, only_v2 = excluded.only_v2,
          timeout_ms = excluded.timeout_ms, max_retries = excluded.max_retries, enabled = excluded.enabled,
          description = excluded.description, created_at_ms = excluded.created_at_ms,
          row_sum = excluded.row_sum
        """;
    private static final String DELETE =
        "DELETE FROM tools WHERE namespace_id = ? AND scope_id = ? AND name = ?";

    private final Statements statements;

    Tools(Statements statements) {
      this.statements = statements;
    }

    @Override
    public @Nullable ToolRow load(ToolKey key) throws SQLException {
      PreparedStatement load = statements.get(LOAD);
      bind(load, 1, key);
      try (ResultSet row = load.executeQuery()) {
        return row.next() ? read(row) : null;
      }
    }

    SortedMap<String, ToolRow> ofScope(long namespaceId, String scopeId) throws SQLException {
      PreparedStatement scope = statements.get(OF_SCOPE);
      scope.setLong(1, namespaceId);
      scope.setString(2, scopeId);
      SortedMap<String, ToolRow> tools = new TreeMap<>();
      try (ResultSet row = scope.executeQuery()) {
        while (row.next()) {
          tools.put(row.getString(14), read(row));
        }
      }
      return tools;
    }

    Map<ToolKey, ToolRow> all() throws SQLException {
      Map<ToolKey, ToolRow> tools = new HashMap<>();
      try (ResultSet row = statements.get(ALL).executeQuery()) {
        while (row.next()) {
          tools.put(new ToolKey(row.getLong(16), row.getString(15), row.getString(14)), read(row));
        }
      }
      return tools;
    }

    private static ToolRow read(ResultSet row) throws SQLException {
      String nextSealed = row.getString(5);
      ToolRow.Secret next =
          nextSealed == null
              ? null
              : new ToolRow.Secret(nextSealed, row.getString(6), row.getString(7));
      return new ToolRow(
          new ToolRow.Endpoint(
              row.getString(1),
              new ToolRow.Secret(row.getString(2), row.getString(3), row.getString(4)),
              next,
              row.getInt(8) != 0),
          new ToolRow.Delivery(row.getInt(9), row.getInt(10)),
          row.getInt(11) != 0,
          row.getString(12),
          row.getLong(13));
    }

    @Override
    public void save(ToolKey key, @Nullable ToolRow row) throws SQLException {
      if (row == null) {
        PreparedStatement delete = statements.get(DELETE);
        bind(delete, 1, key);
        delete.executeUpdate();
        return;
      }
      ToolRow.Endpoint endpoint = row.endpoint();
      ToolRow.Secret next = endpoint.nextSecret();
      RowSum save = new RowSum(statements.get(SAVE));
      save.setString(1, endpoint.url());
      save.setString(2, endpoint.secret().sealed());
      save.setString(3, endpoint.secret().id());
      save.setString(4, endpoint.secret().mask());
      save.setString(5, next == null ? null : next.sealed());
      save.setString(6, next == null ? null : next.id());
      save.setString(7, next == null ? null : next.mask());
      save.setInt(8, endpoint.onlyV2() ? 1 : 0);
      save.setInt(9, row.delivery().timeoutMs());
      save.setInt(10, row.delivery().maxRetries());
      save.setInt(11, row.enabled() ? 1 : 0);
      save.setString(12, row.description());
      save.setLong(13, row.createdAtMs());
      save.setLong(14, key.namespaceId());
      save.setString(15, key.scopeId());
      save.setString(16, key.name());
      save.setSum(17).executeUpdate();
    }

    private static void bind(PreparedStatement statement, int from, ToolKey key)
        throws SQLException {
      statement.setLong(from, key.namespaceId());
      statement.setString(from + 1, key.scopeId());
      statement.setString(from + 2, key.name());
    }
  }

  /// How many tools a namespace has.
  static final class Totals implements Table<ToolTotalKey, ToolTotalRow> {
    private static final String LOAD = "SELECT tools FROM tool_totals WHERE namespace_id = ?";
    private static final String SAVE =
        """
        INSERT INTO tool_totals (namespace_id, tools) VALUES (?, ?)
        ON CONFLICT (namespace_id) DO UPDATE SET tools = excluded.tools
        """;
    private static final String DELETE = "DELETE FROM tool_totals WHERE namespace_id = ?";

    private final Statements statements;

    Totals(Statements statements) {
      this.statements = statements;
    }

    @Override
    public @Nullable ToolTotalRow load(ToolTotalKey key) throws SQLException {
      PreparedStatement load = statements.get(LOAD);
      load.setLong(1, key.namespaceId());
      try (ResultSet row = load.executeQuery()) {
        return row.next() ? new ToolTotalRow(row.getLong(1)) : null;
      }
    }

    @Override
    public void save(ToolTotalKey key, @Nullable ToolTotalRow row) throws SQLException {
      PreparedStatement save = statements.get(row == null ? DELETE : SAVE);
      save.setLong(1, key.namespaceId());
      if (row != null) {
        save.setLong(2, row.tools());
      }
      save.executeUpdate();
    }
  }
}
