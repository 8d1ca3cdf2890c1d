package dev.onceonly.store.sqlite;

import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/// What a store says of who may act with what, by the names of things: the ids of namespaces are
/// another store's own. Read in parts, because the store that a restore replaces may be damaged.
final class SecurityState {
  private static final String NAMESPACES = "SELECT id, name FROM namespaces";
  private static final String AGENTS_OFF =
      """
      SELECT namespace_id, agent_id, disabled_at_ms, disabled_reason FROM agents
      WHERE disabled_at_ms IS NOT NULL
      """;
  private static final String KEYS =
      "SELECT namespace_id, sha256, key_id, disabled_at_ms FROM api_keys";
  private static final String TOOLS = "SELECT namespace_id, scope_id, name, enabled FROM tools";
  private static final String POLICIES = "SELECT namespace_id, agent_id, version FROM policies";

  /// Something of a namespace.
  ///
  /// @param scope of a tool; else empty
  record Name(String namespace, String scope, String name) implements Comparable<Name> {
    @Override
    public int compareTo(Name other) {
      int byNamespace = namespace.compareTo(other.namespace);
      int byScope = byNamespace == 0 ? scope.compareTo(other.scope) : byNamespace;
      return byScope == 0 ? name.compareTo(other.name) : byScope;
    }
  }

  /// An API key.
  ///
  /// @param name its namespace's and its id
  record Key(Name name, boolean enabled) {}

  final Map<String, Long> namespaces = new TreeMap<>();
  final Map<Name, AgentRow.Disabled> agentsOff = new TreeMap<>();

  /// By the hash of their text.
  final Map<String, Key> keys = new TreeMap<>();

  /// Whether they are on.
  final Map<Name, Boolean> tools = new TreeMap<>();

  /// Their versions.
  final Map<Name, String> policies = new TreeMap<>();

  final List<String> unread = new ArrayList<>();
  private final Map<Long, String> namesById = new HashMap<>();

  private SecurityState() {}

  static SecurityState read(Connection connection) {
    SecurityState state = new SecurityState();
    state.part(
        connection,
        "namespaces",
        NAMESPACES,
        row -> {
          state.namespaces.put(text(row, 2), row.getLong(1));
          state.namesById.put(row.getLong(1), text(row, 2));
        });
    state.part(
        connection,
        "disabled agents and switches",
        AGENTS_OFF,
        row ->
            state.agentsOff.put(
                state.name(row, "", text(row, 2)),
                new AgentRow.Disabled(row.getLong(3), text(row, 4))));
    state.part(
        connection,
        "API keys",
        KEYS,
        row ->
            state.keys.put(
                text(row, 2),
                new Key(state.name(row, "", text(row, 3)), row.getString(4) == null)));
    state.part(
        connection,
        "tools",
        TOOLS,
        row -> state.tools.put(state.name(row, text(row, 2), text(row, 3)), row.getInt(4) != 0));
    state.part(
        connection,
        "policies",
        POLICIES,
        row -> state.policies.put(state.name(row, "", text(row, 2)), text(row, 3)));
    return state;
  }

  /// Takes in one row.
  private interface RowReader {
    void take(ResultSet row) throws SQLException;
  }

  /// What was read before a fault counts.
  private void part(Connection connection, String what, String sql, RowReader reader) {
    long rows = 0;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        reader.take(row);
        rows++;
      }
    } catch (SQLException e) {
      String why =
          e instanceof SQLiteException sqlite ? sqlite.getResultCode().name() : "unreadable";
      unread.add(what + " (" + why + " after " + rows + " rows)");
    }
  }

  /// The first column is the namespace's id.
  private Name name(ResultSet row, String scope, String name) throws SQLException {
    long id = row.getLong(1);
    return new Name(namesById.getOrDefault(id, "number " + id), scope, name);
  }

  /// A damaged row may lack what every sound one has.
  private static String text(ResultSet row, int column) throws SQLException {
    @Nullable String text = row.getString(column);
    return text == null ? "" : text;
  }

  static boolean isSwitch(Name name) {
    return name.name().equals(AgentKey.ALL);
  }
}
