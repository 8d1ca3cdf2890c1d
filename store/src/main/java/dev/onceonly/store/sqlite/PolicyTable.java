package dev.onceonly.store.sqlite;

import dev.onceonly.core.govern.GovernQueries;
import dev.onceonly.core.govern.GovernQueries.FoundPolicy;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.govern.PolicyRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Policies by agent.
final class PolicyTable implements Table<PolicyKey, PolicyRow> {
  private static final String LOAD =
      """
      SELECT version, updated_at_ms, allowed_tools, blocked_tools, max_actions_per_hour,
        max_spend_nano_usd_per_day, max_calls_per_tool, pricing_rules
      FROM policies WHERE namespace_id = ? AND agent_id = ?
      """;
  private static final String PAGE =
      """
      SELECT version, updated_at_ms, allowed_tools, blocked_tools, max_actions_per_hour,
        max_spend_nano_usd_per_day, max_calls_per_tool, pricing_rules, agent_id
      FROM policies WHERE namespace_id = ? AND agent_id > ? ORDER BY agent_id LIMIT ? OFFSET ?
      """;
  private static final String SAVE =
      """
      INSERT INTO policies (version, updated_at_ms, allowed_tools, blocked_tools, max_actions_per_hour,
        max_spend_nano_usd_per_day, max_calls_per_tool, pricing_rules, namespace_id, agent_id,
        row_sum)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (namespace_id, agent_id) DO UPDATE SET version = excluded.version,
        updated_at_ms = excluded.updated_at_ms, allowed_tools = excluded.allowed_tools,
        blocked_tools = excluded.blocked_tools, max_actions_per_hour = excluded.max_actions_per_hour,
        max_spend_nano_usd_per_day = excluded.max_spend_nano_usd_per_day,
        max_calls_per_tool = excluded.max_calls_per_tool, pricing_rules = excluded.pricing_rules,
        row_sum = excluded.row_sum
      """;
  private static final String DELETE =
      "DELETE FROM policies WHERE namespace_id = ? AND agent_id = ?";

  /// The columns that may be long.
  private static final int[] TEXTS = {3, 4, 7, 8, 9};

  private final Statements statements;

  PolicyTable(Statements statements) {
    this.statements = statements;
  }

  @Override
  public @Nullable PolicyRow load(PolicyKey key) throws SQLException {
    PreparedStatement load = statements.get(LOAD);
    load.setLong(1, key.namespaceId());
    load.setString(2, key.agentId());
    try (ResultSet row = load.executeQuery()) {
      return row.next() ? read(row) : null;
    }
  }

  /// See [dev.onceonly.core.govern.GovernQueries#policies]. What is beyond the bound is not read.
  List<FoundPolicy> page(long namespaceId, String after, int limit, int offset)
      throws SQLException {
    PreparedStatement page = statements.get(PAGE);
    page.setLong(1, namespaceId);
    page.setString(2, after);
    page.setInt(3, limit);
    page.setInt(4, offset);
    List<FoundPolicy> policies = new ArrayList<>();
    long chars = 0;
    try (ResultSet row = page.executeQuery()) {
      while (chars < GovernQueries.PIECE_CHARS_MAX && row.next()) {
        for (int text : TEXTS) {
          String value = row.getString(text);
          chars += value == null ? 0 : value.length();
        }
        policies.add(new FoundPolicy(row.getString(9), read(row)));
      }
    }
    return policies;
  }

  private static PolicyRow read(ResultSet row) throws SQLException {
    Policy policy =
        new Policy(
            NameLines.names(row.getString(3)),
            NameLines.names(row.getString(4)),
            new Policy.Caps(
                Statements.getLong(row, 5),
                Statements.getLong(row, 6),
                NameLines.numbers(row.getString(7))),
            NameLines.prices(row.getString(8)));
    return new PolicyRow(policy, row.getString(1), row.getLong(2));
  }

  @Override
  public void save(PolicyKey key, @Nullable PolicyRow row) throws SQLException {
    if (row == null) {
      PreparedStatement delete = statements.get(DELETE);
      delete.setLong(1, key.namespaceId());
      delete.setString(2, key.agentId());
      delete.executeUpdate();
      return;
    }
    Policy policy = row.policy();
    RowSum save = new RowSum(statements.get(SAVE));
    save.setString(1, row.version());
    save.setLong(2, row.updatedAtMs());
    save.setString(3, NameLines.ofNames(policy.allowedTools()));
    save.setString(4, NameLines.ofNames(policy.blockedTools()));
    save.setOrNull(5, policy.caps().maxActionsPerHour());
    save.setOrNull(6, policy.caps().maxSpendNanoUsdPerDay());
    save.setString(7, NameLines.ofNumbers(policy.caps().maxCallsPerTool()));
    save.setString(8, NameLines.ofPrices(policy.pricingRules()));
    save.setLong(9, key.namespaceId());
    save.setString(10, key.agentId());
    save.setSum(11).executeUpdate();
  }
}
