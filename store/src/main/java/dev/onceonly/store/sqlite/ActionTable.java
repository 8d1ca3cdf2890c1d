package dev.onceonly.store.sqlite;

import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.run.ActionKey;
import dev.onceonly.core.run.ActionRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// The actions of keyed runs, beside their leases' arrival.
final class ActionTable implements Table<ActionKey, ActionRow> {
  /// Places for each lease, more than the actions that a run may have.
  private static final int PLACES = 64;

  /// In one query, because a reader's two queries see two states, in which another lease may have
  /// taken the arrival.
  private static final String LOAD =
      """
      SELECT a.tool, a.args, a.spend_nano_usd, a.chain_hash, a.decision, a.reason, a.result, a.agent_id,
        a.since_ms
      FROM leases AS l JOIN run_actions AS a ON a.id = 64 * l.arrival + ?
      WHERE l.key_hash = ? AND l.namespace_id = ? AND l.key = ?
      """;

  private static final String SAVE =
      """
      INSERT INTO run_actions (tool, args, spend_nano_usd, chain_hash, decision, reason, result, agent_id, since_ms,
        id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET tool = excluded.tool, args = excluded.args,
        spend_nano_usd = excluded.spend_nano_usd, chain_hash = excluded.chain_hash,
        decision = excluded.decision, reason = excluded.reason, result = excluded.result,
        agent_id = excluded.agent_id, since_ms = excluded.since_ms
      """;
  private static final String DELETE = "DELETE FROM run_actions WHERE id = ?";

  private final Statements statements;
  private final LeaseTable leases;

  ActionTable(Statements statements, LeaseTable leases) {
    this.statements = statements;
    this.leases = leases;
  }

  @Override
  public @Nullable ActionRow load(ActionKey key) throws SQLException {
    PreparedStatement load = statements.get(LOAD);
    load.setInt(1, place(key));
    load.setLong(2, KeyHash.of(key.task().namespaceId(), key.task().key()));
    load.setLong(3, key.task().namespaceId());
    load.setString(4, key.task().key());
    try (ResultSet row = load.executeQuery()) {
      return row.next() ? read(row) : null;
    }
  }

  private static ActionRow read(ResultSet row) throws SQLException {
    String decision = row.getString(5);
    String agentId = row.getString(8);
    return new ActionRow(
        row.getString(1),
        row.getString(2),
        row.getLong(3),
        HashColumn.get(row, 4),
        agentId == null ? null : new ActionRow.Origin(agentId, row.getLong(9)),
        decision == null ? null : new ActionRow.Done(decision, row.getString(6), row.getString(7)));
  }

  /// The lease itself is saved first: an action without its lease is refused.
  @Override
  public void save(ActionKey key, @Nullable ActionRow row) throws SQLException {
    Arrivals.Place lease = lease(key);
    if (row == null) {
      if (lease.exists()) {
        PreparedStatement delete = statements.get(DELETE);
        delete.setLong(1, id(lease, key));
        delete.executeUpdate();
      }
      return;
    }
    if (!lease.exists()) {
      throw new IllegalStateException("a run's action needs its lease");
    }
    ActionRow.Done done = row.done();
    PreparedStatement save = statements.get(SAVE);
    save.setString(1, row.tool());
    save.setString(2, row.argsJson());
    save.setLong(3, row.spendNanoUsd());
    HashColumn.set(save, 4, row.chainHash());
    save.setString(5, done == null ? null : done.decision());
    save.setString(6, done == null ? null : done.reason());
    save.setString(7, done == null ? null : done.resultJson());
    ActionRow.Origin origin = row.origin();
    save.setString(8, origin == null ? null : origin.agentId());
    Statements.set(save, 9, origin == null ? null : (Long) origin.sinceMs());
    save.setLong(10, id(lease, key));
    save.executeUpdate();
  }

  private static long id(Arrivals.Place lease, ActionKey key) {
    return lease.arrival() * PLACES + place(key);
  }

  private static int place(ActionKey key) {
    if (key.index() < 0 || key.index() >= PLACES) {
      throw new IllegalArgumentException("an action's index is 0 to 63, was " + key.index());
    }
    return key.index();
  }

  private Arrivals.Place lease(ActionKey key) throws SQLException {
    return leases.place(new LeaseKey(key.task().namespaceId(), key.task().key()));
  }
}
