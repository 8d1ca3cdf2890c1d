package dev.onceonly.store.sqlite;

import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditEntry.CallFacts;
import dev.onceonly.core.audit.AuditEntry.Link;
import dev.onceonly.core.audit.AuditEntry.Verdict;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.AuditQueries.Numbered;
import dev.onceonly.core.audit.ChainKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Audit entries in the order of their arrival, found by their chain's id and their number.
final class AuditTable implements Table<AuditKey, AuditEntry> {
  private static final String LOAD =
      """
      SELECT at_ms, action, actor, detail, previous_hash, hash, tool, allowed, decision, reason, risk_level,
        call_id, args_hash, spend_nano_usd, policy_version, previous_at_ms
      FROM audit_entries
      WHERE chain_id = (SELECT id FROM audit_chains WHERE namespace_id = ? AND chain = ?) AND number = ?
      """;
  private static final String FROM_NUMBER =
      """
      SELECT at_ms, action, actor, detail, previous_hash, hash, tool, allowed, decision, reason, risk_level,
        call_id, args_hash, spend_nano_usd, policy_version, previous_at_ms, number
      FROM audit_entries
      WHERE chain_id = (SELECT id FROM audit_chains WHERE namespace_id = ? AND chain = ?) AND number >= ?
      ORDER BY number LIMIT ?
      """;
  private static final String CALLS =
      """
      SELECT at_ms, action, actor, detail, previous_hash, hash, tool, allowed, decision, reason, risk_level,
        call_id, args_hash, spend_nano_usd, policy_version, previous_at_ms
      FROM audit_entries
      WHERE chain_id = (SELECT id FROM audit_chains WHERE namespace_id = ? AND chain = ?)
        AND decision <> 'reserved'
      ORDER BY number DESC LIMIT ?
      """;
  private static final String SAVE =
      """
      INSERT INTO audit_entries (at_ms, action, actor, detail, previous_hash, hash, tool, allowed, decision, reason,
        risk_level, call_id, args_hash, spend_nano_usd, policy_version, previous_at_ms, chain_id, number)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (chain_id, number) DO UPDATE SET at_ms = excluded.at_ms, action = excluded.action,
        actor = excluded.actor, detail = excluded.detail, previous_hash = excluded.previous_hash,
        hash = excluded.hash, tool = excluded.tool, allowed = excluded.allowed, decision = excluded.decision,
        reason = excluded.reason, risk_level = excluded.risk_level, call_id = excluded.call_id,
        args_hash = excluded.args_hash, spend_nano_usd = excluded.spend_nano_usd,
        policy_version = excluded.policy_version, previous_at_ms = excluded.previous_at_ms
      """;
  private static final String DELETE =
      "DELETE FROM audit_entries WHERE chain_id = ? AND number = ?";

  private final Statements statements;
  private final ChainTable chains;

  AuditTable(Statements statements, ChainTable chains) {
    this.statements = statements;
    this.chains = chains;
  }

  @Override
  public @Nullable AuditEntry load(AuditKey key) throws SQLException {
    PreparedStatement load = statements.get(LOAD);
    bind(load, key.chain());
    load.setLong(3, key.number());
    try (ResultSet row = load.executeQuery()) {
      return row.next() ? read(row) : null;
    }
  }

  List<Numbered> from(ChainKey chain, long number, int limit) throws SQLException {
    PreparedStatement from = statements.get(FROM_NUMBER);
    bind(from, chain);
    from.setLong(3, number);
    from.setInt(4, limit);
    List<Numbered> entries = new ArrayList<>();
    try (ResultSet row = from.executeQuery()) {
      while (row.next()) {
        entries.add(new Numbered(row.getLong(17), read(row)));
      }
    }
    return entries;
  }

  /// The newest entries about calls, without reservations; an entry about none has no decision.
  List<AuditEntry> calls(ChainKey chain, int limit) throws SQLException {
    PreparedStatement calls = statements.get(CALLS);
    bind(calls, chain);
    calls.setInt(3, limit);
    List<AuditEntry> entries = new ArrayList<>();
    try (ResultSet row = calls.executeQuery()) {
      while (row.next()) {
        entries.add(read(row));
      }
    }
    return entries;
  }

  private static void bind(PreparedStatement query, ChainKey chain) throws SQLException {
    query.setLong(1, chain.namespaceId());
    query.setString(2, chain.chain());
  }

  private static AuditEntry read(ResultSet row) throws SQLException {
    String decision = row.getString(9);
    CallFacts call =
        decision == null
            ? null
            : new CallFacts(
                row.getString(7),
                new Verdict(row.getInt(8) != 0, decision, row.getString(10), row.getString(11)),
                row.getString(12),
                HashColumn.get(row, 13),
                row.getLong(14),
                row.getString(15));
    return new AuditEntry(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        call,
        row.getString(4),
        new Link(HashColumn.get(row, 5), HashColumn.get(row, 6), row.getLong(16)));
  }

  /// The chain's head is saved first: an entry of a chain that does not exist is refused.
  @Override
  public void save(AuditKey key, @Nullable AuditEntry entry) throws SQLException {
    Arrivals.Place chain = chains.place(key.chain());
    if (!chain.exists()) {
      throw new IllegalStateException("an audit entry needs its chain");
    }
    if (entry == null) {
      PreparedStatement delete = statements.get(DELETE);
      delete.setLong(1, chain.arrival());
      delete.setLong(2, key.number());
      delete.executeUpdate();
      return;
    }
    PreparedStatement save = statements.get(SAVE);
    save.setLong(1, entry.atMs());
    save.setString(2, entry.action());
    save.setString(3, entry.actor());
    save.setString(4, entry.detail());
    HashColumn.set(save, 5, entry.link().previousHash());
    HashColumn.set(save, 6, entry.link().hash());
    CallFacts call = entry.call();
    if (call == null) {
      bindNoCall(save);
    } else {
      bind(save, call);
    }
    save.setLong(16, entry.link().previousAtMs());
    save.setLong(17, chain.arrival());
    save.setLong(18, key.number());
    save.executeUpdate();
  }

  private static void bindNoCall(PreparedStatement save) throws SQLException {
    for (int column = 7; column <= 15; column++) {
      save.setNull(column, Types.NULL);
    }
  }

  private static void bind(PreparedStatement save, CallFacts call) throws SQLException {
    save.setString(7, call.tool());
    save.setInt(8, call.verdict().allowed() ? 1 : 0);
    save.setString(9, call.verdict().decision());
    save.setString(10, call.verdict().reason());
    save.setString(11, call.verdict().riskLevel());
    save.setString(12, call.callId());
    HashColumn.set(save, 13, call.argsHash());
    save.setLong(14, call.spendNanoUsd());
    save.setString(15, call.policyVersion());
  }
}
