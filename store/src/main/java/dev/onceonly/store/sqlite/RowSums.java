package dev.onceonly.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Looks at every row whether it is as it was written: by its sum, and where rows are found by the
/// hash of their key, by that. Rows of before there were sums have none and are not looked at.
final class RowSums {
  /// What is counted, and the columns in the order in which they are bound.
  private static final Map<String, String> SUMMED = new LinkedHashMap<>();

  static {
    SUMMED.put(
        "namespaces",
        """
        SELECT id, name, plan, created_at_ms, email, mails, mails_tool_errors, mails_run_failures, row_sum
        FROM namespaces WHERE row_sum IS NOT NULL
        """);
    SUMMED.put(
        "API keys",
        """
        SELECT sha256, key_id, namespace_id, preview, role, agent_patterns, created_at_ms, disabled_at_ms,
          number, lock_patterns, row_sum
        FROM api_keys WHERE row_sum IS NOT NULL
        """);
    SUMMED.put(
        "locks",
        """
        SELECT fence, granted_at_ms, ttl_ms, token, attempt_id, fingerprint, claimed_by, released, metadata, row_sum
        FROM locks WHERE row_sum IS NOT NULL
        """);
    SUMMED.put(
        "leases",
        """
        SELECT fence, granted_at_ms, granted_ttl_ms, token, attempt_id, fingerprint, version, ttl_ms,
          expires_at_ms, done_at_ms, result_hash, error_code, error_hash, payload_hash, canceled, claimed_by, row_sum
        FROM leases WHERE row_sum IS NOT NULL
        """);
    SUMMED.put(
        "documents of leases",
        "SELECT id, json, row_sum FROM lease_documents WHERE row_sum IS NOT NULL");
    SUMMED.put(
        "policies",
        """
        SELECT version, updated_at_ms, allowed_tools, blocked_tools, max_actions_per_hour,
          max_spend_nano_usd_per_day, max_calls_per_tool, pricing_rules, namespace_id, agent_id, row_sum
        FROM policies WHERE row_sum IS NOT NULL
        """);
    SUMMED.put(
        "tools",
        """
        SELECT url, sealed, secret_id, mask, next_sealed, next_id, next_mask, only_v2, timeout_ms,
          max_retries, enabled, description, created_at_ms, namespace_id, scope_id, name, row_sum
        FROM tools WHERE row_sum IS NOT NULL
        """);
    SUMMED.put(
        "agents",
        """
        SELECT last_seen_at_ms, disabled_at_ms, disabled_reason, namespace_id, agent_id, row_sum
        FROM agents WHERE row_sum IS NOT NULL
        """);
    SUMMED.put(
        "days of agents",
        """
        SELECT namespace_id, day, agent_id, actions, blocked, reserved_nano_usd, settled_nano_usd, row_sum
        FROM agent_days WHERE row_sum IS NOT NULL
        """);
    SUMMED.put(
        "calls",
        """
        SELECT agent_id, tool, scope_id, args_hash, attempt_id, run_id, spend_nano_usd, created_at_ms,
          dedup_hash, idempotency_key, attempts, tool_binding, claim, claim_until_ms, state, settled_at_ms,
          status_code, message, resolved_by, note, number, namespace_id, agent_hash, row_sum
        FROM calls WHERE row_sum IS NOT NULL
        """);
    SUMMED.put(
        "documents of calls",
        "SELECT id, namespace_id, json, row_sum FROM call_documents WHERE row_sum IS NOT NULL");
    SUMMED.put(
        "dedup entries",
        """
        SELECT call_number, state, args_hash, attempt_id, created_at_ms, expires_at_ms, row_sum
        FROM dedup_entries WHERE row_sum IS NOT NULL
        """);
    SUMMED.put(
        "events",
        """
        SELECT ts, at_ms, type, status, step, tool, req_id, lease_id, agent_id, message, duration_ms,
          data, id, run, row_sum
        FROM run_events WHERE row_sum IS NOT NULL
        """);
    SUMMED.put(
        "items of the feed",
        """
        SELECT namespace_id, slot, number, at_ms, type, key, lease_id, agent_id, tool, reason, risk_level,
          policy_version, row_sum
        FROM feed_items WHERE row_sum IS NOT NULL
        """);
  }

  private static final Map<String, String> KEYED =
      Map.of(
          "locks", "SELECT key_hash, namespace_id, key FROM locks",
          "leases", "SELECT key_hash, namespace_id, key FROM leases",
          "dedup entries", "SELECT key_hash, namespace_id, hash FROM dedup_entries");

  private RowSums() {}

  /// Adds what was found; a table that can't be read is a problem too.
  static void check(Connection connection, List<String> problems) {
    SUMMED.forEach((what, sql) -> count(connection, sql, RowSums::fits, what, problems));
    KEYED.forEach((what, sql) -> count(connection, sql, RowSums::isKeyed, what, problems));
  }

  /// Judges one row.
  private interface Judge {
    boolean isSound(ResultSet row, int columns) throws SQLException;
  }

  private static void count(
      Connection connection, String sql, Judge judge, String what, List<String> problems) {
    long wrong = 0;
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      int columns = row.getMetaData().getColumnCount();
      while (row.next()) {
        wrong += judge.isSound(row, columns) ? 0 : 1;
      }
    } catch (SQLException e) {
      problems.add("the " + what + " can't be read: " + e.getMessage());
    }
    if (wrong > 0) {
      problems.add(wrong + " " + what + " that are not as they were written");
    }
  }

  private static boolean fits(ResultSet row, int columns) throws SQLException {
    return RowSum.fits(row, columns);
  }

  private static boolean isKeyed(ResultSet row, int columns) throws SQLException {
    String key = HashColumn.get(row, columns);
    return key != null && row.getLong(1) == KeyHash.of(row.getLong(2), key);
  }
}
