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
  /// Of its own, because the driver asks for every column's name at each query: most keys are new,
  /// and for them one column is enough.
  private static final String FIND =
      "SELECT arrival FROM locks WHERE key_hash = ? AND namespace_id = ? AND key = ?";

  private static final String LOAD =
      """
      SELECT fence, granted_at_ms, ttl_ms, token, attempt_id, fingerprint, claimed_by, released, metadata
      FROM locks WHERE arrival = ? AND namespace_id = ? AND key = ?
      """;
  private static final String INSERT =
      """
      INSERT INTO locks (fence, granted_at_ms, ttl_ms, token, attempt_id, fingerprint, claimed_by, released, metadata,
        row_sum, key_hash, namespace_id, key)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String UPDATE =
      """
      UPDATE locks SET fence = ?, granted_at_ms = ?, ttl_ms = ?, token = ?, attempt_id = ?, fingerprint = ?,
        claimed_by = ?, released = ?, metadata = ?, row_sum = ?
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
    Arrivals.Place place = find(key);
    if (!place.exists()) {
      return null;
    }
    PreparedStatement load = statements.get(LOAD);
    load.setLong(1, place.arrival());
    load.setLong(2, key.namespaceId());
    load.setString(3, key.key());
    try (ResultSet row = load.executeQuery()) {
      // A reader's two queries see two states: in between the row may have been deleted, and its
      // number given to another key.
      if (!row.next()) {
        return null;
      }
      Grant grant =
          new Grant(
              row.getLong(1),
              row.getLong(2),
              row.getLong(3),
              row.getLong(4),
              row.getString(5),
              row.getString(6),
              row.getLong(7));
      return new LockRow(grant, row.getInt(8) != 0, row.getString(9));
    }
  }

  private Arrivals.Place find(LockKey key) throws SQLException {
    long hash = KeyHash.of(key.namespaceId(), key.key());
    PreparedStatement find = statements.get(FIND);
    find.setLong(1, hash);
    find.setLong(2, key.namespaceId());
    find.setString(3, key.key());
    try (ResultSet row = find.executeQuery()) {
      return row.next() ? arrivals.found(key, row.getLong(1)) : arrivals.missing(key, hash);
    }
  }

  @Override
  public void save(LockKey key, @Nullable LockRow row) throws SQLException {
    Arrivals.Place known = arrivals.of(key);
    Arrivals.Place place = known == null ? find(key) : known;
    if (row == null) {
      if (place.exists()) {
        PreparedStatement delete = statements.get(DELETE);
        delete.setLong(1, place.arrival());
        delete.executeUpdate();
      }
      return;
    }
    RowSum save = new RowSum(statements.get(place.exists() ? UPDATE : INSERT));
    Grant grant = row.grant();
    save.setLong(1, grant.fence());
    save.setLong(2, grant.grantedAtMs());
    save.setLong(3, grant.ttlMs());
    save.setLong(4, grant.token());
    save.setString(5, grant.attemptId());
    save.setString(6, grant.fingerprint());
    save.setLong(7, grant.claimedBy());
    save.setInt(8, row.released() ? 1 : 0);
    save.setString(9, row.metadata());
    // The key is found by its hash, which is its own sum.
    PreparedStatement summed = save.setSum(10);
    if (place.exists()) {
      summed.setLong(11, place.arrival());
    } else {
      summed.setLong(11, place.hash());
      summed.setLong(12, key.namespaceId());
      summed.setString(13, key.key());
    }
    summed.executeUpdate();
  }

  void forgetPlaces() {
    arrivals.clear();
  }
}
