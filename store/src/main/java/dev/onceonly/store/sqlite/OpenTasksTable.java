package dev.onceonly.store.sqlite;

import dev.onceonly.core.run.OpenTasksKey;
import dev.onceonly.core.run.OpenTasksRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// How many keyed runs are open: no table, but a count over an index of [TaskTable]'s, of at most
/// as many entries as a namespace may have open runs.
final class OpenTasksTable implements Table<OpenTasksKey, OpenTasksRow> {
  private static final String OF_AGENT =
      "SELECT count(*) FROM run_tasks WHERE namespace_id = ? AND agent_id = ?";
  private static final String OF_ALL = "SELECT count(*) FROM run_tasks WHERE namespace_id = ?";

  private final Statements statements;

  OpenTasksTable(Statements statements) {
    this.statements = statements;
  }

  @Override
  public OpenTasksRow load(OpenTasksKey key) throws SQLException {
    boolean ofAll = key.agentId().equals(OpenTasksKey.ALL);
    PreparedStatement count = statements.get(ofAll ? OF_ALL : OF_AGENT);
    count.setLong(1, key.namespaceId());
    if (!ofAll) {
      count.setString(2, key.agentId());
    }
    try (ResultSet row = count.executeQuery()) {
      return new OpenTasksRow(row.next() ? row.getLong(1) : 0);
    }
  }

  @Override
  public void save(OpenTasksKey key, @Nullable OpenTasksRow row) {
    throw new IllegalStateException("open tasks are counted, not saved");
  }
}
