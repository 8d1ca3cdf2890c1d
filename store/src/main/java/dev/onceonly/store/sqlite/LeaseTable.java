package dev.onceonly.store.sqlite;

import dev.onceonly.core.Grant;
import dev.onceonly.core.lease.Ending;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Leases, in the order of their arrival, found by the key's hash.
final class LeaseTable implements Table<LeaseKey, LeaseRow> {
  /// Of its own, for the reason that stands at the locks'.
  private static final String FIND =
      "SELECT arrival FROM leases WHERE key_hash = ? AND namespace_id = ? AND key = ?";

  private static final String LOAD =
      """
      SELECT fence, granted_at_ms, granted_ttl_ms, token, attempt_id, fingerprint, version, ttl_ms,
        expires_at_ms, done_at_ms, result_hash, error_code, error_hash, payload_hash, canceled, claimed_by
      FROM leases WHERE arrival = ? AND namespace_id = ? AND key = ?
      """;
  private static final String INSERT =
      """
      INSERT INTO leases (fence, granted_at_ms, granted_ttl_ms, token, attempt_id, fingerprint, version, ttl_ms,
        expires_at_ms, done_at_ms, result_hash, error_code, error_hash, payload_hash, canceled, claimed_by, row_sum, key_hash,
        namespace_id, key)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      RETURNING arrival
      """;
  private static final String UPDATE =
      """
      UPDATE leases SET fence = ?, granted_at_ms = ?, granted_ttl_ms = ?, token = ?, attempt_id = ?,
        fingerprint = ?, version = ?, ttl_ms = ?, expires_at_ms = ?, done_at_ms = ?, result_hash = ?,
        error_code = ?, error_hash = ?, payload_hash = ?, canceled = ?, claimed_by = ?, row_sum = ?
      WHERE arrival = ?
      """;
  private static final String DELETE = "DELETE FROM leases WHERE arrival = ?";
  private static final String DELETE_DOCUMENTS =
      "DELETE FROM lease_documents WHERE id BETWEEN 2 * ?1 AND 2 * ?1 + 1";
  private static final String DELETE_TASK = "DELETE FROM run_tasks WHERE id = ?";
  private static final String DELETE_ACTIONS =
      "DELETE FROM run_actions WHERE id BETWEEN 64 * ?1 AND 64 * ?1 + 63";

  private final Statements statements;
  private final Arrivals<LeaseKey> arrivals = new Arrivals<>();

  LeaseTable(Statements statements) {
    this.statements = statements;
  }

  @Override
  public @Nullable LeaseRow load(LeaseKey key) throws SQLException {
    Arrivals.Place place = find(key);
    if (!place.exists()) {
      return null;
    }
    PreparedStatement load = statements.get(LOAD);
    load.setLong(1, place.arrival());
    load.setLong(2, key.namespaceId());
    load.setString(3, key.key());
    try (ResultSet row = load.executeQuery()) {
      return row.next() ? read(row) : null;
    }
  }

  private Arrivals.Place find(LeaseKey key) throws SQLException {
    long hash = KeyHash.of(key.namespaceId(), key.key());
    PreparedStatement find = statements.get(FIND);
    find.setLong(1, hash);
    find.setLong(2, key.namespaceId());
    find.setString(3, key.key());
    try (ResultSet row = find.executeQuery()) {
      return row.next() ? arrivals.found(key, row.getLong(1)) : arrivals.missing(key, hash);
    }
  }

  private static LeaseRow read(ResultSet row) throws SQLException {
    Grant grant =
        new Grant(
            row.getLong(1),
            row.getLong(2),
            row.getLong(3),
            row.getLong(4),
            row.getString(5),
            row.getString(6),
            row.getLong(16));
    Long doneAtMs = Statements.getLong(row, 10);
    Ending ending =
        doneAtMs == null
            ? null
            : new Ending(
                doneAtMs,
                row.getString(11),
                row.getString(12),
                row.getString(13),
                row.getString(14),
                flag(row, 15));
    return new LeaseRow(grant, row.getLong(7), row.getLong(8), row.getLong(9), ending);
  }

  @Override
  public void save(LeaseKey key, @Nullable LeaseRow row) throws SQLException {
    Arrivals.Place place = place(key);
    if (row == null) {
      if (place.exists()) {
        delete(DELETE, place);
        // The next lease may get the same arrival, and must not find what was another's there.
        delete(DELETE_DOCUMENTS, place);
        delete(DELETE_TASK, place);
        delete(DELETE_ACTIONS, place);
      }
    } else if (place.exists()) {
      PreparedStatement update = statements.get(UPDATE);
      bind(update, row);
      update.setLong(18, place.arrival());
      update.executeUpdate();
    } else {
      PreparedStatement insert = statements.get(INSERT);
      bind(insert, row);
      insert.setLong(18, place.hash());
      insert.setLong(19, key.namespaceId());
      insert.setString(20, key.key());
      try (ResultSet inserted = insert.executeQuery()) {
        inserted.next();
        arrivals.found(key, inserted.getLong(1));
      }
    }
  }

  private void delete(String sql, Arrivals.Place place) throws SQLException {
    PreparedStatement delete = statements.get(sql);
    delete.setLong(1, place.arrival());
    delete.executeUpdate();
  }

  private static void bind(PreparedStatement statement, LeaseRow row) throws SQLException {
    RowSum save = new RowSum(statement);
    Grant grant = row.grant();
    Ending ending = row.ending();
    save.setLong(1, grant.fence());
    save.setLong(2, grant.grantedAtMs());
    save.setLong(3, grant.ttlMs());
    save.setLong(4, grant.token());
    save.setString(5, grant.attemptId());
    save.setString(6, grant.fingerprint());
    save.setLong(7, row.version());
    save.setLong(8, row.ttlMs());
    save.setLong(9, row.expiresAtMs());
    save.setOrNull(10, ending == null ? null : (Long) ending.doneAtMs());
    save.setString(11, ending == null ? null : ending.resultHash());
    save.setString(12, ending == null ? null : ending.errorCode());
    save.setString(13, ending == null ? null : ending.errorHash());
    save.setString(14, ending == null ? null : ending.payloadHash());
    Boolean canceled = ending == null ? null : ending.canceled();
    save.setOrNull(15, canceled == null ? null : (Long) (canceled ? 1L : 0L));
    save.setLong(16, grant.claimedBy());
    // The key is found by its hash, which is its own sum.
    save.setSum(17);
  }

  private static @Nullable Boolean flag(ResultSet row, int column) throws SQLException {
    Long value = Statements.getLong(row, column);
    return value == null ? null : (Boolean) (value != 0);
  }

  /// Where the lease stands, looked up if this transaction has not seen it.
  Arrivals.Place place(LeaseKey key) throws SQLException {
    Arrivals.Place known = arrivals.of(key);
    return known == null ? find(key) : known;
  }

  void forgetPlaces() {
    arrivals.clear();
  }
}
