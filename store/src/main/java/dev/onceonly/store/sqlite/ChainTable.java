package dev.onceonly.store.sqlite;

import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The heads of the audit chains. Never deleted: without its head, a chain that was cut looks
/// whole.
final class ChainTable implements Table<ChainKey, ChainRow> {
  private static final String LOAD =
      """
      SELECT id, length, head_hash, anchor_number, anchor_hash, head_at_ms, anchor_at_ms, removed_at_ms, kept_ms
      FROM audit_chains
      WHERE namespace_id = ? AND chain = ?
      """;
  private static final String ALL =
      """
      SELECT namespace_id, length, head_hash, anchor_number, anchor_hash, head_at_ms, anchor_at_ms, removed_at_ms,
        kept_ms, chain
      FROM audit_chains
      """;
  private static final String NEXT =
      """
      SELECT namespace_id, chain FROM audit_chains
      WHERE (namespace_id, chain) > (?, ?) ORDER BY namespace_id, chain LIMIT ?
      """;
  private static final String INSERT =
      """
      INSERT INTO audit_chains (length, head_hash, anchor_number, anchor_hash, head_at_ms, anchor_at_ms,
        removed_at_ms, kept_ms, namespace_id, chain)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      RETURNING id
      """;
  private static final String UPDATE =
      """
      UPDATE audit_chains SET length = ?, head_hash = ?, anchor_number = ?, anchor_hash = ?, head_at_ms = ?,
        anchor_at_ms = ?, removed_at_ms = ?, kept_ms = ?
      WHERE id = ?
      """;

  private final Statements statements;
  private final Arrivals<ChainKey> places = new Arrivals<>();

  ChainTable(Statements statements) {
    this.statements = statements;
  }

  @Override
  public @Nullable ChainRow load(ChainKey key) throws SQLException {
    PreparedStatement load = statements.get(LOAD);
    load.setLong(1, key.namespaceId());
    load.setString(2, key.chain());
    try (ResultSet row = load.executeQuery()) {
      if (!row.next()) {
        places.missing(key, 0);
        return null;
      }
      places.found(key, row.getLong(1));
      return read(row);
    }
  }

  Map<ChainKey, ChainRow> all() throws SQLException {
    Map<ChainKey, ChainRow> chains = new HashMap<>();
    try (ResultSet row = statements.get(ALL).executeQuery()) {
      while (row.next()) {
        chains.put(new ChainKey(row.getLong(1), row.getString(10)), read(row));
      }
    }
    return chains;
  }

  /// See [dev.onceonly.core.audit.AuditQueries#chains(ChainKey, int)].
  List<ChainKey> next(@Nullable ChainKey after, int limit) throws SQLException {
    PreparedStatement next = statements.get(NEXT);
    next.setLong(1, after == null ? Long.MIN_VALUE : after.namespaceId());
    next.setString(2, after == null ? "" : after.chain());
    next.setInt(3, limit);
    List<ChainKey> chains = new ArrayList<>();
    try (ResultSet row = next.executeQuery()) {
      while (row.next()) {
        chains.add(new ChainKey(row.getLong(1), row.getString(2)));
      }
    }
    return chains;
  }

  private static ChainRow read(ResultSet row) throws SQLException {
    return new ChainRow(
        row.getLong(2),
        HashColumn.get(row, 3),
        row.getLong(4),
        HashColumn.get(row, 5),
        new ChainRow.Times(row.getLong(6), row.getLong(7), row.getLong(8), row.getLong(9)));
  }

  @Override
  public void save(ChainKey key, @Nullable ChainRow row) throws SQLException {
    if (row == null) {
      throw new IllegalStateException("audit chains are never deleted");
    }
    Arrivals.Place place = place(key);
    PreparedStatement save = statements.get(place.exists() ? UPDATE : INSERT);
    save.setLong(1, row.length());
    HashColumn.set(save, 2, row.headHash());
    save.setLong(3, row.anchorNumber());
    HashColumn.set(save, 4, row.anchorHash());
    ChainRow.Times times = row.times();
    save.setLong(5, times.headAtMs());
    save.setLong(6, times.anchorAtMs());
    save.setLong(7, times.removedAtMs());
    save.setLong(8, times.keptMs());
    if (place.exists()) {
      save.setLong(9, place.arrival());
      save.executeUpdate();
    } else {
      save.setLong(9, key.namespaceId());
      save.setString(10, key.chain());
      try (ResultSet inserted = save.executeQuery()) {
        inserted.next();
        places.found(key, inserted.getLong(1));
      }
    }
  }

  /// Where the chain stands, looked up if this transaction has not seen it.
  Arrivals.Place place(ChainKey key) throws SQLException {
    Arrivals.Place place = places.of(key);
    if (place == null) {
      load(key);
      place = places.of(key);
    }
    if (place == null) {
      throw new IllegalStateException("a load leaves the row's place");
    }
    return place;
  }

  void forgetPlaces() {
    places.clear();
  }
}
