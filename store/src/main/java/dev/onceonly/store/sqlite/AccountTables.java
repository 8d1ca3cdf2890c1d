package dev.onceonly.store.sqlite;

import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.ApiKeyKey;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Namespace.Notifications;
import dev.onceonly.core.account.NamespaceKey;
import dev.onceonly.core.account.Powers;
import dev.onceonly.core.account.Role;
import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Namespaces, API keys and sequences: few rows, never deleted.
final class AccountTables {
  private AccountTables() {}

  /// Namespaces by name.
  static final class Namespaces implements Table<NamespaceKey, Namespace> {
    private static final String LOAD =
        """
        SELECT id, name, plan, created_at_ms, email, mails, mails_tool_errors, mails_run_failures
        FROM namespaces WHERE name = ?
        """;
    private static final String ALL =
        """
        SELECT id, name, plan, created_at_ms, email, mails, mails_tool_errors, mails_run_failures
        FROM namespaces ORDER BY name
        """;
    private static final String SAVE =
        """
        INSERT INTO namespaces (id, name, plan, created_at_ms, email, mails, mails_tool_errors, mails_run_failures,
          row_sum)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET plan = excluded.plan, email = excluded.email, mails = excluded.mails,
          mails_tool_errors = excluded.mails_tool_errors, mails_run_failures = excluded.mails_run_failures,
          row_sum = excluded.row_sum
        """;

    private final Statements statements;

    Namespaces(Statements statements) {
      this.statements = statements;
    }

    @Override
    public @Nullable Namespace load(NamespaceKey key) throws SQLException {
      PreparedStatement load = statements.get(LOAD);
      load.setString(1, key.name());
      try (ResultSet row = load.executeQuery()) {
        return row.next() ? read(row) : null;
      }
    }

    List<Namespace> all() throws SQLException {
      List<Namespace> all = new ArrayList<>();
      try (ResultSet row = statements.get(ALL).executeQuery()) {
        while (row.next()) {
          all.add(read(row));
        }
      }
      return all;
    }

    private static Namespace read(ResultSet row) throws SQLException {
      return new Namespace(
          row.getLong(1),
          row.getString(2),
          row.getString(3),
          row.getLong(4),
          row.getString(5),
          new Notifications(row.getInt(6) != 0, row.getInt(7) != 0, row.getInt(8) != 0));
    }

    @Override
    public void save(NamespaceKey key, @Nullable Namespace row) throws SQLException {
      Namespace kept = required(row);
      RowSum save = new RowSum(statements.get(SAVE));
      save.setLong(1, kept.id());
      save.setString(2, kept.name());
      save.setString(3, kept.plan());
      save.setLong(4, kept.createdAtMs());
      save.setString(5, kept.email());
      save.setInt(6, kept.notifications().email() ? 1 : 0);
      save.setInt(7, kept.notifications().toolErrors() ? 1 : 0);
      save.setInt(8, kept.notifications().runFailures() ? 1 : 0);
      save.setSum(9).executeUpdate();
    }
  }

  /// API keys by their hash. Patterns stand in one text, a line each.
  static final class ApiKeys implements Table<ApiKeyKey, ApiKey> {
    private static final String LOAD =
        """
        SELECT sha256, key_id, namespace_id, preview, role, agent_patterns, created_at_ms, disabled_at_ms,
          number, lock_patterns
        FROM api_keys WHERE sha256 = ?
        """;
    private static final String ALL =
        """
        SELECT sha256, key_id, namespace_id, preview, role, agent_patterns, created_at_ms, disabled_at_ms,
          number, lock_patterns
        FROM api_keys
        """;
    private static final String SAVE =
        """
        INSERT INTO api_keys (sha256, key_id, namespace_id, preview, role, agent_patterns, created_at_ms,
          disabled_at_ms, number, lock_patterns, row_sum)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (sha256) DO UPDATE SET disabled_at_ms = excluded.disabled_at_ms, row_sum = excluded.row_sum
        """;

    private final Statements statements;

    ApiKeys(Statements statements) {
      this.statements = statements;
    }

    @Override
    public @Nullable ApiKey load(ApiKeyKey key) throws SQLException {
      PreparedStatement load = statements.get(LOAD);
      load.setString(1, key.sha256());
      try (ResultSet row = load.executeQuery()) {
        return row.next() ? read(row) : null;
      }
    }

    Map<String, ApiKey> all() throws SQLException {
      Map<String, ApiKey> all = new HashMap<>();
      try (ResultSet row = statements.get(ALL).executeQuery()) {
        while (row.next()) {
          all.put(row.getString(1), read(row));
        }
      }
      return all;
    }

    private static ApiKey read(ResultSet row) throws SQLException {
      Powers powers =
          new Powers(
              Role.fromWireName(row.getString(5)).orElse(Role.READER),
              row.getString(6).lines().toList(),
              row.getString(10).lines().toList());
      return new ApiKey(
          row.getLong(9),
          row.getString(2),
          row.getLong(3),
          row.getString(4),
          powers,
          new ApiKey.Span(row.getLong(7), Statements.getLong(row, 8)));
    }

    @Override
    public void save(ApiKeyKey key, @Nullable ApiKey row) throws SQLException {
      ApiKey kept = required(row);
      RowSum save = new RowSum(statements.get(SAVE));
      save.setString(1, key.sha256());
      save.setString(2, kept.keyId());
      save.setLong(3, kept.namespaceId());
      save.setString(4, kept.preview());
      save.setString(5, kept.role().wireName());
      save.setString(6, String.join("\n", kept.agentPatterns()));
      save.setLong(7, kept.span().createdAtMs());
      save.setOrNull(8, kept.span().disabledAtMs());
      save.setLong(9, kept.number());
      save.setString(10, String.join("\n", kept.powers().lockPatterns()));
      save.setSum(11).executeUpdate();
    }
  }

  /// Counters.
  static final class Sequences implements Table<SequenceKey, SequenceRow> {
    private static final String LOAD = "SELECT last FROM sequences WHERE name = ?";
    private static final String SAVE =
        "INSERT INTO sequences (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last = excluded.last";

    private final Statements statements;

    Sequences(Statements statements) {
      this.statements = statements;
    }

    @Override
    public @Nullable SequenceRow load(SequenceKey key) throws SQLException {
      PreparedStatement load = statements.get(LOAD);
      load.setString(1, key.name());
      try (ResultSet row = load.executeQuery()) {
        return row.next() ? new SequenceRow(row.getLong(1)) : null;
      }
    }

    @Override
    public void save(SequenceKey key, @Nullable SequenceRow row) throws SQLException {
      PreparedStatement save = statements.get(SAVE);
      save.setString(1, key.name());
      save.setLong(2, required(row).last());
      save.executeUpdate();
    }
  }

  private static <T> T required(@Nullable T row) {
    if (row == null) {
      throw new IllegalStateException("accounts are disabled, never deleted");
    }
    return row;
  }
}
