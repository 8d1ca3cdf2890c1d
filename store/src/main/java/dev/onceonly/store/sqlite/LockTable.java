package dev.onceonly.store.sqlite;

import dev.onceonly.core.Grant;
import dev.onceonly.core.lock.LockKey;
import dev.onceonly.core.lock.LockRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Locks, in the order of their arrival, found by the key's hash.
final class LockTable implements Table<LockKey, LockRow> {
  private static final String LOAD =
      """
      SELECT arrival, fence, granted_at_ms, ttl_ms, token, attempt_id, fingerprint, released, metadata
      FROM locks WHERE key_hash = ? AND namespace_id = ? AND key = ?
      """;
  private static final String INSERT =
      """
      INSERT INTO locks (fence, granted_at_ms, ttl_ms, token, attempt_id, fingerprint, released, metadata,
        key_hash, namespace_id, key)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String UPDATE =
      """
      UPDATE locks SET fence = ?, granted_at_ms = ?, ttl_ms = ?, token = ?, attempt_id = ?, fingerprint = ?,
        released = ?, metadata = ?
      WHERE arrival = ?
      """;
  private static final String DELETE = "DELETE FROM locks WHERE arrival = ?";

  private final Statements statements;
  private final Arrivals<LockKey> arrivals = new Arrivals<>();

  LockTable(Statements statements) {
    this.statements = statements;
  }

  @Override
  public @Nullable LockRow load(LockKey key) throws SQLException {
    long hash = KeyHash.of(key.namespaceId(), key.key());
    PreparedStatement load = statements.get(LOAD);
    load.setLong(1, hash);
    load.setLong(2, key.namespaceId());
    load.setString(3, key.key());
    try (ResultSet row = load.executeQuery()) {
      if (!row.next()) {
        arrivals.missing(key, hash);
        return null;
      }
      arrivals.found(key, row.getLong(1));
      Grant grant =
          new Grant(
              row.getLong(2),
              row.getLong(3),
              row.getLong(4),
              row.getLong(5),
              row.getString(6),
              row.getString(7));
      return new LockRow(grant, row.getInt(8) != 0, row.getString(9));
    }
  }

  @Override
  public void save(LockKey key, @Nullable LockRow row) throws SQLException {
    Arrivals.Place place = arrivals.of(key);
    if (place == null) {
      load(key);
      place = arrivals.of(key);
    }
    if (place == null) {
      throw new IllegalStateException("a load leaves the row's place");
    }
    if (row == null) {
      if (place.exists()) {
        PreparedStatement delete = statements.get(DELETE);
        delete.setLong(1, place.arrival());
        delete.executeUpdate();
      }
      return;
    }
    PreparedStatement save = statements.get(place.exists() ? UPDATE : INSERT);
    Grant grant = row.grant();
    save.setLong(1, grant.fence());
    save.setLong(2, grant.grantedAtMs());
    save.setLong(3, grant.ttlMs());
    save.setLong(4, grant.token());
    save.setString(5, grant.attemptId());
    save.setString(6, grant.fingerprint());
    save.setInt(7, row.released() ? 1 : 0);
    save.setString(8, row.metadata());
    if (place.exists()) {
      save.setLong(9, place.arrival());
    } else {
      save.setLong(9, place.hash());
      save.setLong(10, key.namespaceId());
      save.setString(11, key.key());
    }
    save.executeUpdate();
  }

  void forgetPlaces() {
    arrivals.clear();
  }
}
