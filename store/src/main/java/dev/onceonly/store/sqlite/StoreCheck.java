package dev.onceonly.store.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Looks whether a store is consistent: SQLite's own check of its pages, the sums of rows, and what
/// the tables promise one another. Reads only.
public final class StoreCheck {
  private static final int SHOWN_MAX = 20;

  /// What must be 0: what it counts, and the statement that counts it.
  private static final Map<String, String> COUNTS = new LinkedHashMap<>();

  static {
    COUNTS.put(
        "keys with two locks",
        "SELECT count(*) FROM (SELECT 1 FROM locks GROUP BY namespace_id, key HAVING count(*) > 1)");
    COUNTS.put(
        "keys with two leases",
        "SELECT count(*) FROM (SELECT 1 FROM leases GROUP BY namespace_id, key HAVING count(*) > 1)");
    COUNTS.put(
        "locks of a namespace that does not exist",
        "SELECT count(*) FROM locks WHERE namespace_id NOT IN (SELECT id FROM namespaces)");
    COUNTS.put(
        "leases of a namespace that does not exist",
        "SELECT count(*) FROM leases WHERE namespace_id NOT IN (SELECT id FROM namespaces)");
    COUNTS.put(
        "API keys of a namespace that does not exist",
        "SELECT count(*) FROM api_keys WHERE namespace_id NOT IN (SELECT id FROM namespaces)");
    COUNTS.put(
        "locks and leases that were claimed by an API key that does not exist",
        """
        SELECT (SELECT count(*) FROM locks WHERE claimed_by > 0 AND claimed_by NOT IN (SELECT number FROM api_keys))
          + (SELECT count(*) FROM leases WHERE claimed_by > 0 AND claimed_by NOT IN (SELECT number FROM api_keys))
        """);
    COUNTS.put(
        "API keys whose number was never given",
        """
        SELECT count(*) FROM api_keys WHERE number NOT BETWEEN 1 AND coalesce(
          (SELECT last FROM sequences WHERE name = 'api_keys'), 0)
        """);
    COUNTS.put(
        "documents without their lease",
        "SELECT count(*) FROM lease_documents WHERE id / 2 NOT IN (SELECT arrival FROM leases)");
    COUNTS.put(
        "fences out of range",
        """
        SELECT (SELECT count(*) FROM locks WHERE fence NOT BETWEEN 1 AND 9007199254740991)
          + (SELECT count(*) FROM leases WHERE fence NOT BETWEEN 1 AND 9007199254740991)
        """);
    COUNTS.put(
        "leases that were granted after the store's last instant",
        """
        SELECT count(*) FROM leases
        WHERE granted_at_ms > (SELECT value / 1000 FROM store_state WHERE name = 'last_instant_us')
        """);
    COUNTS.put(
        "locks that were granted after the store's last instant",
        """
        SELECT count(*) FROM locks
        WHERE granted_at_ms > (SELECT value / 1000 FROM store_state WHERE name = 'last_instant_us')
        """);
    COUNTS.put(
        "namespaces whose runs are counted wrong",
        """
        SELECT count(*) FROM run_totals AS t
        WHERE t.runs <> (SELECT count(*) FROM runs AS r WHERE r.namespace_id = t.namespace_id)
        """);
    COUNTS.put(
        "months whose requests differ from the sum of their days",
        """
        SELECT count(*) FROM usage_months AS m WHERE m.make_requests + m.ai_requests <> (
          SELECT coalesce(sum(d.make_requests + d.ai_requests), 0) FROM usage_days AS d
          WHERE d.namespace_id = m.namespace_id
            AND strftime('%Y%m', d.day * 86400, 'unixepoch') = CAST(m.month AS TEXT))
        """);
    addGovernance();
    addAuditAndRuns();
  }

  private StoreCheck() {}

  private static void addGovernance() {
    COUNTS.put(
        "calls of a namespace that does not exist",
        "SELECT count(*) FROM calls WHERE namespace_id NOT IN (SELECT id FROM namespaces)");
    COUNTS.put(
        "calls that were made after the store's last instant",
        """
        SELECT count(*) FROM calls
        WHERE created_at_ms > (SELECT value / 1000 FROM store_state WHERE name = 'last_instant_us')
        """);
    COUNTS.put(
        "documents without their call",
        "SELECT count(*) FROM call_documents WHERE id / 2 NOT IN (SELECT number FROM calls)");
    COUNTS.put(
        "dedup entries without their call",
        "SELECT count(*) FROM dedup_entries WHERE call_number NOT IN (SELECT number FROM calls)");
    COUNTS.put(
        "dedup entries whose state is not their call's",
        """
        SELECT count(*) FROM dedup_entries AS d JOIN calls AS c ON c.number = d.call_number WHERE c.state <> d.state
        """);
    COUNTS.put(
        "keys with two dedup entries",
        "SELECT count(*) FROM (SELECT 1 FROM dedup_entries GROUP BY namespace_id, hash HAVING count(*) > 1)");
    // Whole and broken dollars apart, because a sum of nano-USD may leave the range of 64 bits.
    COUNTS.put(
        "days whose reserved spend is not that of their open calls",
        """
        SELECT count(*) FROM (
          SELECT 1 FROM (
            SELECT namespace_id, day, agent_id, reserved_nano_usd / 1000000000 AS usd,
              reserved_nano_usd % 1000000000 AS nano
            FROM agent_days
            UNION ALL
            SELECT namespace_id, created_at_ms / 86400000, agent_id, -(spend_nano_usd / 1000000000),
              -(spend_nano_usd % 1000000000)
            FROM calls WHERE state IN (0, 3))
          GROUP BY namespace_id, day, agent_id HAVING sum(usd) * 1000000000 + sum(nano) <> 0)
        """);
    addTotals();
  }

  private static void addTotals() {
    COUNTS.put(
        "namespaces whose total of tools is wrong",
        """
        SELECT count(*) FROM (
          SELECT namespace_id FROM (
            SELECT namespace_id, tools FROM tool_totals
            UNION ALL
            SELECT namespace_id, -1 FROM tools)
          GROUP BY namespace_id HAVING sum(tools) <> 0)
        """);
    COUNTS.put(
        "namespaces whose total of agents is wrong",
        """
        SELECT count(*) FROM (
          SELECT namespace_id FROM (
            SELECT namespace_id, known, switched_off AS off FROM agent_totals
            UNION ALL
            SELECT namespace_id, -1, -max(off) FROM (
              SELECT namespace_id, agent_id, disabled_at_ms IS NOT NULL AS off FROM agents WHERE agent_id <> '*'
              UNION ALL
              SELECT namespace_id, agent_id, 0 FROM policies)
            GROUP BY namespace_id, agent_id)
          GROUP BY namespace_id HAVING sum(known) <> 0 OR sum(off) <> 0)
        """);
  }

  private static void addAuditAndRuns() {
    COUNTS.put(
        "audit entries without their chain",
        "SELECT count(*) FROM audit_entries WHERE chain_id NOT IN (SELECT id FROM audit_chains)");
    COUNTS.put(
        "audit chains that are longer or shorter than their entries",
        """
        SELECT count(*) FROM audit_chains AS c WHERE c.length - c.anchor_number <> (
          SELECT count(*) FROM audit_entries AS e WHERE e.chain_id = c.id)
        """);
    COUNTS.put(
        "audit chains whose head is not their last entry",
        """
        SELECT count(*) FROM audit_chains AS c WHERE c.head_hash <> coalesce(
          (SELECT e.hash FROM audit_entries AS e WHERE e.chain_id = c.id ORDER BY e.number DESC LIMIT 1),
          c.anchor_hash)
        """);
    COUNTS.put(
        "events without their run",
        "SELECT count(*) FROM run_events WHERE run NOT IN (SELECT number FROM runs)");
    COUNTS.put(
        "runs whose number of events is wrong",
        """
        SELECT count(*) FROM runs AS r WHERE r.events <> (SELECT count(*) FROM run_events AS e WHERE e.run = r.number)
        """);
    COUNTS.put(
        "runs' tasks without their lease",
        "SELECT count(*) FROM run_tasks WHERE id NOT IN (SELECT arrival FROM leases)");
    COUNTS.put(
        "runs' actions without their lease",
        "SELECT count(*) FROM run_actions WHERE id / 64 NOT IN (SELECT arrival FROM leases)");
  }

  /// What was found.
  ///
  /// @param rows how many rows of each table were looked at
  /// @param problems empty when the store is sound; at most 20
  public record Findings(Map<String, Long> rows, List<String> problems) {
    public boolean isSound() {
      return problems.isEmpty();
    }
  }

  static Findings run(Connection connection) {
    List<String> problems = new ArrayList<>();
    Map<String, Long> rows = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement()) {
      checkPages(statement, problems);
      if (problems.isEmpty()) {
        RowSums.check(connection, problems);
        for (Map.Entry<String, String> count : COUNTS.entrySet()) {
          long found = number(statement, count.getValue());
          if (found != 0) {
            problems.add(found + " " + count.getKey());
          }
        }
        rows.put("locks", number(statement, "SELECT count(*) FROM locks"));
        rows.put("leases", number(statement, "SELECT count(*) FROM leases"));
        rows.put("namespaces", number(statement, "SELECT count(*) FROM namespaces"));
        rows.put("calls", number(statement, "SELECT count(*) FROM calls"));
        rows.put("audit entries", number(statement, "SELECT count(*) FROM audit_entries"));
        rows.put("run events", number(statement, "SELECT count(*) FROM run_events"));
        rows.put("API keys", number(statement, "SELECT count(*) FROM api_keys"));
      }
    } catch (SQLException e) {
      problems.add("the database can't be read: " + e.getMessage());
    }
    return new Findings(rows, problems);
  }

  private static void checkPages(Statement statement, List<String> problems) throws SQLException {
    try (ResultSet row = statement.executeQuery("PRAGMA integrity_check(" + SHOWN_MAX + ")")) {
      while (row.next()) {
        String said = String.valueOf(row.getString(1));
        if (!said.equals("ok")) {
          // One line, whatever the page has in it.
          problems.add(said.replaceAll("\\p{C}+", " ").strip());
        }
      }
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }
}
