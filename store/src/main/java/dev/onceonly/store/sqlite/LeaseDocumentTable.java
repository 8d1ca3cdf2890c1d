package dev.onceonly.store.sqlite;

import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseDocumentKey.Kind;
import dev.onceonly.core.lease.LeaseKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// The leases' metadata and results, beside their leases' arrival.
final class LeaseDocumentTable implements Table<LeaseDocumentKey, LeaseDocument> {
  private static final String LOAD =
      """
      SELECT document.json
      FROM leases AS lease JOIN lease_documents AS document ON document.id = 2 * lease.arrival + ?
      WHERE lease.key_hash = ? AND lease.namespace_id = ? AND lease.key = ?
      """;
  private static final String SAVE =
      """
      INSERT INTO lease_documents (id, json, row_sum) VALUES (?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET json = excluded.json, row_sum = excluded.row_sum
      """;
  private static final String DELETE = "DELETE FROM lease_documents WHERE id = ?";

  private final Statements statements;
  private final LeaseTable leases;

  LeaseDocumentTable(Statements statements, LeaseTable leases) {
    this.statements = statements;
    this.leases = leases;
  }

  @Override
  public @Nullable LeaseDocument load(LeaseDocumentKey key) throws SQLException {
    LeaseKey lease = key.lease();
    PreparedStatement load = statements.get(LOAD);
    load.setInt(1, offset(key.kind()));
    load.setLong(2, KeyHash.of(lease.namespaceId(), lease.key()));
    load.setLong(3, lease.namespaceId());
    load.setString(4, lease.key());
    try (ResultSet row = load.executeQuery()) {
      return row.next() ? new LeaseDocument(row.getString(1)) : null;
    }
  }

  /// The lease itself is saved first: a document of a lease that does not exist is refused.
  @Override
  public void save(LeaseDocumentKey key, @Nullable LeaseDocument document) throws SQLException {
    Arrivals.Place place = leases.place(key.lease());
    if (!place.exists()) {
      throw new IllegalStateException("a lease's document needs its lease");
    }
    if (document == null) {
      PreparedStatement delete = statements.get(DELETE);
      delete.setLong(1, id(place, key.kind()));
      delete.executeUpdate();
    } else {
      RowSum save = new RowSum(statements.get(SAVE));
      save.setLong(1, id(place, key.kind()));
      save.setString(2, document.json());
      save.setSum(3).executeUpdate();
    }
  }

  private static long id(Arrivals.Place place, Kind kind) {
    return place.arrival() * 2 + offset(kind);
  }

  private static int offset(Kind kind) {
    return kind == Kind.RESULT ? 1 : 0;
  }
}
