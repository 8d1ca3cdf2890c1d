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
  /// Of its own, because the driver asks for every column's name at each query: most keys are new,
  /// and for them one column is enough.
  private static final String FIND =
      "SELECT arrival FROM dedup_entries WHERE key_hash = ? AND namespace_id = ? AND hash = ?";

  private static final String LOAD =
      """
      SELECT call_number, state, args_hash, attempt_id, created_at_ms, expires_at_ms
      FROM dedup_entries WHERE arrival = ? AND namespace_id = ? AND hash = ?
      """;
  private static final String INSERT =
      """
      INSERT INTO dedup_entries (call_number, state, args_hash, attempt_id, created_at_ms, expires_at_ms, row_sum,
        key_hash, namespace_id, hash)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      RETURNING arrival
      """;
  private static final String UPDATE =
      """
      UPDATE dedup_entries SET call_number = ?, state = ?, args_hash = ?, attempt_id = ?, created_at_ms = ?,
        expires_at_ms = ?, row_sum = ?
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
    Arrivals.Place place = find(key);
    if (!place.exists()) {
      return null;
    }
    PreparedStatement load = statements.get(LOAD);
    load.setLong(1, place.arrival());
    load.setLong(2, key.namespaceId());
    HashColumn.set(load, 3, key.hash());
    // A reader's two queries see two states: in between the row may have been deleted, and its
    // number
    // given to another key.
    try (ResultSet row = load.executeQuery()) {
      return row.next() ? read(row) : null;
    }
  }

  private Arrivals.Place find(DedupKey key) throws SQLException {
    long hash = KeyHash.of(key.namespaceId(), key.hash());
    PreparedStatement find = statements.get(FIND);
    find.setLong(1, hash);
    find.setLong(2, key.namespaceId());
    HashColumn.set(find, 3, key.hash());
    Arrivals.Place place;
    try (ResultSet row = find.executeQuery()) {
      place =
          row.next()
              ? new Arrivals.Place(true, row.getLong(1), 0)
              : new Arrivals.Place(false, 0, hash);
    }
    if (place.exists()) {
      arrivals.found(key, place.arrival());
    } else {
      arrivals.missing(key, hash);
    }
    return place;
  }

  private static DedupRow read(ResultSet row) throws SQLException {
    return new DedupRow(
        row.getLong(1),
        CallStates.of(row.getInt(2)),
        HashColumn.get(row, 3),
        row.getString(4),
        row.getLong(5),
        row.getLong(6));
  }

  @Override
  public void save(DedupKey key, @Nullable DedupRow row) throws SQLException {
    Arrivals.Place known = arrivals.of(key);
    Arrivals.Place place = known == null ? find(key) : known;
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
      update.setLong(8, place.arrival());
      update.executeUpdate();
    } else {
      PreparedStatement insert = statements.get(INSERT);
      bind(insert, row);
      insert.setLong(8, place.hash());
      insert.setLong(9, key.namespaceId());
      HashColumn.set(insert, 10, key.hash());
      try (ResultSet inserted = insert.executeQuery()) {
        inserted.next();
        arrivals.found(key, inserted.getLong(1));
      }
    }
  }

  private static void bind(PreparedStatement statement, DedupRow row) throws SQLException {
    RowSum save = new RowSum(statement);
    save.setLong(1, row.callNumber());
    save.setInt(2, CallStates.number(row.state()));
    save.setHash(3, row.argsHash());
    save.setString(4, row.attemptId());
    save.setLong(5, row.createdAtMs());
    save.setLong(6, row.expiresAtMs());
    // The hash is found by a hash of it, which is its own sum.
    save.setSum(7);
  }

  void forgetPlaces() {
    arrivals.clear();
  }
}
