package dev.onceonly.store.sqlite;

import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailQueries.Due;
import dev.onceonly.core.notify.MailRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The outbox.
final class MailTable implements Table<MailKey, MailRow> {
  private static final String LOAD =
      """
      SELECT text, created_at_ms, attempts, next_at_ms FROM mails
      WHERE namespace_id = ? AND kind = ? AND subject = ? AND hour = ?
      """;
  private static final String DUE =
      """
      SELECT text, created_at_ms, attempts, next_at_ms, namespace_id, kind, subject, hour FROM mails
      WHERE next_at_ms <= ? ORDER BY next_at_ms, arrival LIMIT ?
      """;
  private static final String SAVE =
      """
      INSERT INTO mails (namespace_id, kind, subject, hour, text, created_at_ms, attempts, next_at_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (namespace_id, kind, subject, hour) DO UPDATE SET text = excluded.text,
        created_at_ms = excluded.created_at_ms, attempts = excluded.attempts, next_at_ms = excluded.next_at_ms
      """;
  private static final String DELETE =
      "DELETE FROM mails WHERE namespace_id = ? AND kind = ? AND subject = ? AND hour = ?";

  private final Statements statements;

  MailTable(Statements statements) {
    this.statements = statements;
  }

  @Override
  public @Nullable MailRow load(MailKey key) throws SQLException {
    try (ResultSet row = bound(LOAD, key).executeQuery()) {
      return row.next() ? read(row) : null;
    }
  }

  List<Due> due(long nowMs, int limit) throws SQLException {
    PreparedStatement load = statements.get(DUE);
    load.setLong(1, nowMs);
    load.setInt(2, limit);
    List<Due> due = new ArrayList<>();
    try (ResultSet row = load.executeQuery()) {
      while (row.next()) {
        MailKey key =
            new MailKey(
                row.getLong(5),
                MailKey.Kind.valueOf(row.getString(6)),
                row.getString(7),
                row.getInt(8));
        due.add(new Due(key, read(row)));
      }
    }
    return due;
  }

  private static MailRow read(ResultSet row) throws SQLException {
    return new MailRow(row.getString(1), row.getLong(2), row.getInt(3), Statements.getLong(row, 4));
  }

  @Override
  public void save(MailKey key, @Nullable MailRow row) throws SQLException {
    PreparedStatement save = bound(row == null ? DELETE : SAVE, key);
    if (row != null) {
      save.setString(5, row.text());
      save.setLong(6, row.createdAtMs());
      save.setInt(7, row.attempts());
      Statements.set(save, 8, row.nextAtMs());
    }
    save.executeUpdate();
  }

  private PreparedStatement bound(String sql, MailKey key) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    statement.setLong(1, key.namespaceId());
    statement.setString(2, key.kind().name());
    statement.setString(3, key.subject());
    statement.setInt(4, key.hour());
    return statement;
  }
}
