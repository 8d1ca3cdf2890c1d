package dev.onceonly.store.sqlite;

import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.DedupKey;
import dev.onceonly.core.govern.DedupRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Forgets calls the retention time after they were settled, with their documents. A call whose
/// result still answers identical ones stays until they are repeated. One that is still unknown
/// takes its dedup entry with it, and what it holds becomes final: nobody has said otherwise. Not
/// thread-safe.
final class SweepCalls implements SweepPart {
  private static final String NEXT =
      """
      SELECT number, namespace_id, state, agent_id, dedup_hash, spend_nano_usd, created_at_ms, settled_at_ms
      FROM calls WHERE number > ? ORDER BY number LIMIT ?
      """;

  private final SqliteTables tables;
  private final long keptMs;
  private long after;

  /// What is looked at of a call.
  private record Call(CallKey key, CallState state, DedupKey dedup, AgentDayKey day, long spend) {}

  /// The settled calls of a piece, and whether it was the last one.
  private record Found(List<Call> old, boolean last) {}

  SweepCalls(SqliteTables tables, Duration kept) {
    this.tables = tables;
    this.keptMs = kept.toMillis();
  }

  @Override
  public Piece next(long nowMs) throws SQLException {
    Found found = find(nowMs - keptMs);
    int deleted = 0;
    for (Call call : found.old) {
      DedupRow dedup = tables.dedups.load(call.dedup);
      if (dedup == null || dedup.callNumber() != call.key.number()) {
        forget(call);
        deleted++;
      } else if (call.state != CallState.EXECUTED || dedup.expiresAtMs() <= nowMs) {
        tables.dedups.save(call.dedup, null);
        forget(call);
        deleted++;
      }
    }
    if (found.last) {
      after = 0;
    }
    return new Piece(deleted, found.last);
  }

  /// Calls are settled after they are made, and numbered as they are made: behind the first one
  /// that was made too lately there is none to forget.
  private Found find(long oldestMs) throws SQLException {
    PreparedStatement next = tables.statements.get(NEXT);
    next.setLong(1, after);
    next.setInt(2, PIECE_ROWS);
    List<Call> old = new ArrayList<>();
    int seen = 0;
    try (ResultSet row = next.executeQuery()) {
      while (row.next()) {
        if (row.getLong(7) > oldestMs) {
          return new Found(old, true);
        }
        seen++;
        after = row.getLong(1);
        Long settledAtMs = Statements.getLong(row, 8);
        if (settledAtMs != null && settledAtMs <= oldestMs) {
          old.add(read(row));
        }
      }
    }
    return new Found(old, seen < PIECE_ROWS);
  }

  private static Call read(ResultSet row) throws SQLException {
    long namespaceId = row.getLong(2);
    int day = (int) Math.floorDiv(row.getLong(7), TimeUnit.DAYS.toMillis(1));
    return new Call(
        new CallKey(namespaceId, row.getLong(1)),
        CallStates.of(row.getInt(3)),
        new DedupKey(namespaceId, HashColumn.get(row, 5)),
        new AgentDayKey(namespaceId, row.getString(4), day),
        row.getLong(6));
  }

  private void forget(Call call) throws SQLException {
    AgentDayRow day = call.state == CallState.UNKNOWN ? tables.agentDays.load(call.day) : null;
    if (day != null) {
      tables.agentDays.save(call.day, day.settle(call.spend));
    }
    tables.calls.save(call.key, null);
  }
}
