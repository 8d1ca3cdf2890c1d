package dev.onceonly.store.sqlite;

import dev.onceonly.core.govern.DedupKey;
import dev.onceonly.core.govern.DedupRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// What leads from identical calls to the first one, in the order of arrival, found by the key's
/// hash.
final class DedupTable implements Table<DedupKey, DedupRow> {
  private static final String LOAD =
      """
      SELECT arrival, call_number, state, args_hash, attempt_id, created_at_ms, expires_at_ms
      FROM dedup_entries WHERE key_hash = ? AND namespace_id = ? AND hash = ?
      """;
  private static final String INSERT =
      """
      INSERT INTO dedup_entries (call_number, state, args_hash, attempt_id, created_at_ms, expires_at_ms, key_hash,
        namespace_id, hash)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      RETURNING arrival
      """;
  private static final String UPDATE =
      """
      UPDATE dedup_entries SET call_number = ?, state = ?, args_hash = ?, attempt_id = ?, created_at_ms = ?,
        expires_at_ms = ?
      WHERE arrival = ?
      """;
  private static final String DELETE = "DELETE FROM dedup_entries WHERE arrival = ?";

  private final Statements statements;
  private final Arrivals<DedupKey> arrivals = new Arrivals<>();

  DedupTable(Statements statements) {
    this.statements = statements;
  }

  @Override
  public @Nullable DedupRow load(DedupKey key) throws SQLException {
    long hash = KeyHash.of(key.namespaceId(), key.hash());
    PreparedStatement load = statements.get(LOAD);
    load.setLong(1, hash);
    load.setLong(2, key.namespaceId());
    HashColumn.set(load, 3, key.hash());
    try (ResultSet row = load.executeQuery()) {
      if (!row.next()) {
        arrivals.missing(key, hash);
        return null;
      }
      arrivals.found(key, row.getLong(1));
      return new DedupRow(
          row.getLong(2),
          CallStates.of(row.getInt(3)),
          HashColumn.get(row, 4),
          row.getString(5),
          row.getLong(6),
          row.getLong(7));
    }
  }

  @Override
  public void save(DedupKey key, @Nullable DedupRow row) throws SQLException {
    Arrivals.Place place = place(key);
    if (row == null) {
      if (place.exists()) {
        PreparedStatement delete = statements.get(DELETE);
        delete.setLong(1, place.arrival());
        delete.executeUpdate();
        arrivals.missing(key, KeyHash.of(key.namespaceId(), key.hash()));
      }
    } else if (place.exists()) {
      PreparedStatement update = statements.get(UPDATE);
      bind(update, row);
      update.setLong(7, place.arrival());
      update.executeUpdate();
    } else {
      PreparedStatement insert = statements.get(INSERT);
      bind(insert, row);
      insert.setLong(7, place.hash());
      insert.setLong(8, key.namespaceId());
      HashColumn.set(insert, 9, key.hash());
      try (ResultSet inserted = insert.executeQuery()) {
        inserted.next();
        arrivals.found(key, inserted.getLong(1));
      }
    }
  }

  private static void bind(PreparedStatement save, DedupRow row) throws SQLException {
    save.setLong(1, row.callNumber());
    save.setInt(2, CallStates.number(row.state()));
    HashColumn.set(save, 3, row.argsHash());
    save.setString(4, row.attemptId());
    save.setLong(5, row.createdAtMs());
    save.setLong(6, row.expiresAtMs());
  }

  private Arrivals.Place place(DedupKey key) throws SQLException {
    Arrivals.Place place = arrivals.of(key);
    if (place == null) {
      load(key);
      place = arrivals.of(key);
    }
    if (place == null) {
      throw new IllegalStateException("a load leaves the row's place");
    }
    return place;
  }

  void forgetPlaces() {
    arrivals.clear();
  }
}
