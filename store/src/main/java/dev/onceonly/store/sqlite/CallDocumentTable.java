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
      INSERT INTO call_documents (id, namespace_id, json) VALUES (?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET namespace_id = excluded.namespace_id, json = excluded.json
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
    PreparedStatement save = bound(document == null ? DELETE : SAVE, key);
    if (document != null) {
      save.setString(3, document.json());
    }
    save.executeUpdate();
  }

  private PreparedStatement bound(String sql, CallDocumentKey key) throws SQLException {
    int kind =
        switch (key.kind()) {
          case BODY -> 0;
          case RESULT -> 1;
        };
    PreparedStatement statement = statements.get(sql);
    statement.setLong(1, key.call().number() * 2 + kind);
    statement.setLong(2, key.call().namespaceId());
    return statement;
  }
}
