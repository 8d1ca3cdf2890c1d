package dev.onceonly.store.sqlite;

import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.run.RunQueries.OpenTask;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The queue of keyed runs, beside their leases' arrival.
final class TaskTable implements Table<TaskKey, TaskRow> {
  /// In one query, because a reader's two queries see two states, in which another lease may have
  /// taken the arrival.
  private static final String LOAD =
      """
      SELECT t.run_id, t.agent_id, t.actions, t.dry_run, t.valid, t.actor, t.queued_at_ms, t.lease_token, t.next,
        t.claim, t.claim_until_ms
      FROM leases AS l JOIN run_tasks AS t ON t.id = l.arrival
      WHERE l.key_hash = ? AND l.namespace_id = ? AND l.key = ?
      """;

  private static final String OPEN =
      """
      SELECT t.run_id, t.agent_id, t.actions, t.dry_run, t.valid, t.actor, t.queued_at_ms, t.lease_token, t.next,
        t.claim, t.claim_until_ms, l.namespace_id, l.key
      FROM run_tasks AS t JOIN leases AS l ON l.arrival = t.id
      WHERE t.claim_until_ms <= ? ORDER BY t.queued_at_ms, t.id LIMIT ?
      """;
  private static final String SAVE =
      """
      INSERT INTO run_tasks (run_id, agent_id, actions, dry_run, valid, actor, queued_at_ms, lease_token, next, claim,
        claim_until_ms, id, namespace_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET run_id = excluded.run_id, agent_id = excluded.agent_id,
        actions = excluded.actions, dry_run = excluded.dry_run, valid = excluded.valid, actor = excluded.actor,
        queued_at_ms = excluded.queued_at_ms, lease_token = excluded.lease_token, next = excluded.next,
        claim = excluded.claim, claim_until_ms = excluded.claim_until_ms
      """;
  private static final String DELETE = "DELETE FROM run_tasks WHERE id = ?";

  private final Statements statements;
  private final LeaseTable leases;

  TaskTable(Statements statements, LeaseTable leases) {
    this.statements = statements;
    this.leases = leases;
  }

  @Override
  public @Nullable TaskRow load(TaskKey key) throws SQLException {
    PreparedStatement load = statements.get(LOAD);
    load.setLong(1, KeyHash.of(key.namespaceId(), key.key()));
    load.setLong(2, key.namespaceId());
    load.setString(3, key.key());
    try (ResultSet row = load.executeQuery()) {
      return row.next() ? read(row) : null;
    }
  }

  List<OpenTask> open(long nowMs, int limit) throws SQLException {
    PreparedStatement open = statements.get(OPEN);
    open.setLong(1, nowMs);
    open.setInt(2, limit);
    List<OpenTask> tasks = new ArrayList<>();
    try (ResultSet row = open.executeQuery()) {
      while (row.next()) {
        tasks.add(new OpenTask(new TaskKey(row.getLong(12), row.getString(13)), read(row)));
      }
    }
    return tasks;
  }

  private static TaskRow read(ResultSet row) throws SQLException {
    return new TaskRow(
        new TaskRow.Plan(
            row.getString(1),
            row.getString(2),
            row.getInt(3),
            row.getInt(4) != 0,
            row.getInt(5) != 0,
            row.getString(6)),
        row.getLong(7),
        row.getLong(8),
        row.getInt(9),
        row.getLong(10),
        row.getLong(11));
  }

  /// The lease itself is saved first: a task without its lease is refused.
  @Override
  public void save(TaskKey key, @Nullable TaskRow row) throws SQLException {
    Arrivals.Place lease = lease(key);
    if (row == null) {
      if (lease.exists()) {
        PreparedStatement delete = statements.get(DELETE);
        delete.setLong(1, lease.arrival());
        delete.executeUpdate();
      }
      return;
    }
    if (!lease.exists()) {
      throw new IllegalStateException("a run's task needs its lease");
    }
    TaskRow.Plan plan = row.plan();
    PreparedStatement save = statements.get(SAVE);
    save.setString(1, plan.runId());
    save.setString(2, plan.agentId());
    save.setInt(3, plan.actions());
    save.setInt(4, plan.dryRun() ? 1 : 0);
    save.setInt(5, plan.valid() ? 1 : 0);
    save.setString(6, plan.actor());
    save.setLong(7, row.queuedAtMs());
    save.setLong(8, row.leaseToken());
    save.setInt(9, row.next());
    save.setLong(10, row.claim());
    save.setLong(11, row.claimUntilMs());
    save.setLong(12, lease.arrival());
    save.setLong(13, key.namespaceId());
    save.executeUpdate();
  }

  private Arrivals.Place lease(TaskKey key) throws SQLException {
    return leases.place(new LeaseKey(key.namespaceId(), key.key()));
  }
}
