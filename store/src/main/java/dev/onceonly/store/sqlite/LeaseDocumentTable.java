package dev.onceonly.store.sqlite;

import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseDocumentKey.Kind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// The leases' metadata and results, beside their leases' arrival.
final class LeaseDocumentTable implements Table<LeaseDocumentKey, LeaseDocument> {
  private static final String LOAD = "SELECT json FROM lease_documents WHERE id = ?";
  private static final String SAVE =
      "INSERT INTO lease_documents (id, json) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json";
  private static final String DELETE = "DELETE FROM lease_documents WHERE id = ?";

  private final Statements statements;
  private final LeaseTable leases;

  LeaseDocumentTable(Statements statements, LeaseTable leases) {
    this.statements = statements;
    this.leases = leases;
  }

  @Override
  public @Nullable LeaseDocument load(LeaseDocumentKey key) throws SQLException {
    Arrivals.Place place = leases.place(key.lease());
    if (!place.exists()) {
      return null;
    }
    PreparedStatement load = statements.get(LOAD);
    load.setLong(1, id(place, key.kind()));
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
      PreparedStatement save = statements.get(SAVE);
      save.setLong(1, id(place, key.kind()));
      save.setString(2, document.json());
      save.executeUpdate();
    }
  }

  private static long id(Arrivals.Place place, Kind kind) {
    return place.arrival() * 2 + (kind == Kind.RESULT ? 1 : 0);
  }
}
