package dev.onceonly.store.sqlite;

import dev.onceonly.core.govern.CallDocument;
import dev.onceonly.core.govern.CallDocumentKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// The calls' bodies and results, beside their calls' numbers: nothing is looked up for them.
final class CallDocumentTable implements Table<CallDocumentKey, CallDocument> {
  private static final String LOAD =
      "SELECT json FROM call_documents WHERE id = ? AND namespace_id = ?";
  private static final String SAVE =
      """
      INSERT INTO call_documents (id, namespace_id, json, row_sum) VALUES (?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET namespace_id = excluded.namespace_id, json = excluded.json,
        row_sum = excluded.row_sum
      """;
  private static final String DELETE =
      "DELETE FROM call_documents WHERE id = ? AND namespace_id = ?";

  private final Statements statements;

  CallDocumentTable(Statements statements) {
    this.statements = statements;
  }

  @Override
  public @Nullable CallDocument load(CallDocumentKey key) throws SQLException {
    try (ResultSet row = bound(LOAD, key).executeQuery()) {
      return row.next() ? new CallDocument(row.getString(1)) : null;
    }
  }

  @Override
  public void save(CallDocumentKey key, @Nullable CallDocument document) throws SQLException {
    if (document == null) {
      bound(DELETE, key).executeUpdate();
      return;
    }
    RowSum save = new RowSum(statements.get(SAVE));
    save.setLong(1, id(key));
    save.setLong(2, key.call().namespaceId());
    save.setString(3, document.json());
    save.setSum(4).executeUpdate();
  }

  private PreparedStatement bound(String sql, CallDocumentKey key) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    statement.setLong(1, id(key));
    statement.setLong(2, key.call().namespaceId());
    return statement;
  }

  private static long id(CallDocumentKey key) {
    int kind =
        switch (key.kind()) {
          case BODY -> 0;
          case RESULT -> 1;
        };
    return key.call().number() * 2 + kind;
  }
}
