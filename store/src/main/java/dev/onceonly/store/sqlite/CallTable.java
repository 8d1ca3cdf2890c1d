package dev.onceonly.store.sqlite;

import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallRow.Asked;
import dev.onceonly.core.govern.CallRow.Delivery;
import dev.onceonly.core.govern.CallRow.Ending;
import dev.onceonly.core.govern.CallRow.Hold;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.GovernQueries.CallPage;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Governed calls by their number, which is the order of their arrival.
final class CallTable implements Table<CallKey, CallRow> {
  private static final String LOAD =
      """
      SELECT agent_id, tool, scope_id, args_hash, attempt_id, run_id, spend_nano_usd, created_at_ms, dedup_hash,
        idempotency_key, attempts, tool_binding, claim, claim_until_ms, state, settled_at_ms, status_code,
        message, resolved_by, note
      FROM calls WHERE number = ? AND namespace_id = ?
      """;

  /// By the hash alone, so that the index answers: a total may count an agent with the same 64
  /// bits.
  private static final String TOTAL =
      """
      SELECT count(*) FROM calls WHERE namespace_id = ?1 AND (?2 IS NULL OR state = ?2)
        AND (?3 IS NULL OR agent_hash = ?3)
      """;

  /// The number at an offset: steps through the index only.
  private static final String NUMBER_AT =
      """
      SELECT number FROM calls WHERE namespace_id = ?1 AND (?2 IS NULL OR state = ?2)
        AND (?3 IS NULL OR agent_hash = ?3)
      ORDER BY number DESC LIMIT 1 OFFSET ?4
      """;

  private static final String PAGE =
      """
      SELECT agent_id, tool, scope_id, args_hash, attempt_id, run_id, spend_nano_usd, created_at_ms, dedup_hash,
        idempotency_key, attempts, tool_binding, claim, claim_until_ms, state, settled_at_ms, status_code,
        message, resolved_by, note, number, namespace_id
      FROM calls WHERE namespace_id = ?1 AND (?2 IS NULL OR state = ?2)
        AND (?3 IS NULL OR (agent_hash = ?3 AND agent_id = ?4)) AND number <= ?5
      ORDER BY number DESC LIMIT ?6
      """;

  /// The state is written out, so that the index over the few calls in flight answers.
  private static final String LAPSED =
      """
      SELECT agent_id, tool, scope_id, args_hash, attempt_id, run_id, spend_nano_usd, created_at_ms, dedup_hash,
        idempotency_key, attempts, tool_binding, claim, claim_until_ms, state, settled_at_ms, status_code,
        message, resolved_by, note, number, namespace_id
      FROM calls WHERE state = 0 AND claim_until_ms <= ? ORDER BY number LIMIT ?
      """;

  private static final String SAVE =
      """
      INSERT INTO calls (agent_id, tool, scope_id, args_hash, attempt_id, run_id, spend_nano_usd, created_at_ms,
        dedup_hash, idempotency_key, attempts, tool_binding, claim, claim_until_ms, state, settled_at_ms,
        status_code, message, resolved_by, note, number, namespace_id, agent_hash, row_sum)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (number) DO UPDATE SET agent_id = excluded.agent_id, tool = excluded.tool,
        scope_id = excluded.scope_id, args_hash = excluded.args_hash, attempt_id = excluded.attempt_id,
        run_id = excluded.run_id, spend_nano_usd = excluded.spend_nano_usd,
        created_at_ms = excluded.created_at_ms, dedup_hash = excluded.dedup_hash,
        idempotency_key = excluded.idempotency_key, attempts = excluded.attempts,
        tool_binding = excluded.tool_binding, claim = excluded.claim, claim_until_ms = excluded.claim_until_ms,
        state = excluded.state, settled_at_ms = excluded.settled_at_ms, status_code = excluded.status_code,
        message = excluded.message, resolved_by = excluded.resolved_by, note = excluded.note,
        agent_hash = excluded.agent_hash, row_sum = excluded.row_sum
      """;
  private static final String DELETE = "DELETE FROM calls WHERE number = ?";
  private static final String DELETE_DOCUMENTS =
      "DELETE FROM call_documents WHERE id BETWEEN 2 * ?1 AND 2 * ?1 + 1";

  private final Statements statements;

  CallTable(Statements statements) {
    this.statements = statements;
  }

  @Override
  public @Nullable CallRow load(CallKey key) throws SQLException {
    PreparedStatement load = statements.get(LOAD);
    load.setLong(1, key.number());
    load.setLong(2, key.namespaceId());
    try (ResultSet row = load.executeQuery()) {
      return row.next() ? read(row) : null;
    }
  }

  /// A page costs a step in an index for what it skips and for what is counted, and its rows.
  CallPage page(CallFilter filter, int limit, int offset) throws SQLException {
    PreparedStatement total = statements.get(TOTAL);
    filter.bind(total);
    try (ResultSet row = total.executeQuery()) {
      return new CallPage(row.next() ? row.getLong(1) : 0, rows(filter, limit, offset));
    }
  }

  private List<CallPage.Found> rows(CallFilter filter, int limit, int offset) throws SQLException {
    PreparedStatement first = statements.get(NUMBER_AT);
    filter.bind(first);
    first.setInt(4, offset);
    try (ResultSet row = first.executeQuery()) {
      if (!row.next()) {
        return List.of();
      }
      PreparedStatement page = statements.get(PAGE);
      filter.bind(page);
      page.setString(4, filter.agentId());
      page.setLong(5, row.getLong(1));
      page.setInt(6, limit);
      return found(page);
    }
  }

  List<CallPage.Found> lapsed(long nowMs, int limit) throws SQLException {
    PreparedStatement lapsed = statements.get(LAPSED);
    lapsed.setLong(1, nowMs);
    lapsed.setInt(2, limit);
    return found(lapsed);
  }

  /// What calls are listed.
  record CallFilter(long namespaceId, @Nullable CallState state, @Nullable String agentId) {
    void bind(PreparedStatement statement) throws SQLException {
      statement.setLong(1, namespaceId);
      if (state == null) {
        statement.setNull(2, Types.INTEGER);
      } else {
        statement.setInt(2, CallStates.number(state));
      }
      Statements.set(
          statement, 3, agentId == null ? null : (Long) KeyHash.of(namespaceId, agentId));
    }
  }

  private static List<CallPage.Found> found(PreparedStatement query) throws SQLException {
    List<CallPage.Found> found = new ArrayList<>();
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        found.add(new CallPage.Found(new CallKey(row.getLong(22), row.getLong(21)), read(row)));
      }
    }
    return found;
  }

  private static CallRow read(ResultSet row) throws SQLException {
    Long statusCode = Statements.getLong(row, 17);
    return new CallRow(
        new Asked(
            row.getString(1),
            row.getString(2),
            row.getString(3),
            HashColumn.get(row, 4),
            row.getString(5),
            row.getString(6)),
        new Hold(row.getLong(7), row.getLong(8)),
        new Delivery(
            HashColumn.get(row, 9),
            row.getString(10),
            row.getInt(11),
            row.getString(12),
            row.getLong(13),
            row.getLong(14)),
        new Ending(
            CallStates.of(row.getInt(15)),
            Statements.getLong(row, 16),
            statusCode == null ? null : statusCode.intValue(),
            row.getString(18),
            row.getString(19),
            row.getString(20)));
  }

  @Override
  public void save(CallKey key, @Nullable CallRow row) throws SQLException {
    if (row == null) {
      delete(DELETE, key);
      delete(DELETE_DOCUMENTS, key);
      return;
    }
    RowSum save = new RowSum(statements.get(SAVE));
    bind(save, row.asked(), row.hold());
    bind(save, row.delivery());
    bind(save, row.ending());
    save.setLong(21, key.number());
    save.setLong(22, key.namespaceId());
    save.setLong(23, KeyHash.of(key.namespaceId(), row.asked().agentId()));
    save.setSum(24).executeUpdate();
  }

  private void delete(String sql, CallKey key) throws SQLException {
    PreparedStatement delete = statements.get(sql);
    delete.setLong(1, key.number());
    delete.executeUpdate();
  }

  private static void bind(RowSum save, Asked asked, Hold hold) throws SQLException {
    save.setString(1, asked.agentId());
    save.setString(2, asked.tool());
    save.setString(3, asked.scopeId());
    save.setHash(4, asked.argsHash());
    save.setString(5, asked.attemptId());
    save.setString(6, asked.runId());
    save.setLong(7, hold.spendNanoUsd());
    save.setLong(8, hold.createdAtMs());
  }

  private static void bind(RowSum save, Delivery delivery) throws SQLException {
    save.setHash(9, delivery.dedupHash());
    save.setString(10, delivery.idempotencyKey());
    save.setInt(11, delivery.attempts());
    save.setString(12, delivery.toolBinding());
    save.setLong(13, delivery.claim());
    save.setLong(14, delivery.claimUntilMs());
  }

  private static void bind(RowSum save, Ending ending) throws SQLException {
    Integer statusCode = ending.statusCode();
    save.setInt(15, CallStates.number(ending.state()));
    save.setOrNull(16, ending.settledAtMs());
    save.setOrNull(17, statusCode == null ? null : (Long) statusCode.longValue());
    save.setString(18, ending.message());
    save.setString(19, ending.resolvedBy());
    save.setString(20, ending.note());
  }
}
