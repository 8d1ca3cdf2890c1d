package dev.onceonly.store.sqlite;

import dev.onceonly.core.audit.AuditQueries.AgentFigures;
import dev.onceonly.core.audit.AuditQueries.ToolCount;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.Money;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Adds up one chain's entries from an instant on. Time never falls along a chain, so the first of
/// them is searched by halving, and the rest is one range of the index.
final class AuditFigures {
  private static final int TOOLS_MAX = 10;
  private static final long NANO = 1_000_000_000;
  private static final String BOUNDS =
      """
      SELECT min(number), max(number) FROM audit_entries
      WHERE chain_id = (SELECT id FROM audit_chains WHERE namespace_id = ? AND chain = ?)
      """;
  private static final String AT_NUMBER =
      """
      SELECT at_ms FROM audit_entries
      WHERE chain_id = (SELECT id FROM audit_chains WHERE namespace_id = ? AND chain = ?) AND number >= ?
      ORDER BY number LIMIT 1
      """;

  /// A person's word on an unknown call adds its spend, but is no further action. Whole and broken
  /// dollars are summed apart, because a sum of nano-USD may leave the range of 64 bits.
  private static final String SUMS =
      """
      SELECT tool,
        count(*) FILTER (WHERE decision IN ('executed', 'dedup', 'error', 'unknown') AND action <> 'resolve'),
        count(*) FILTER (WHERE decision = 'blocked'),
        coalesce(sum(spend_nano_usd / 1000000000) FILTER (WHERE decision = 'executed'), 0),
        coalesce(sum(spend_nano_usd % 1000000000) FILTER (WHERE decision = 'executed'), 0)
      FROM audit_entries
      WHERE chain_id = (SELECT id FROM audit_chains WHERE namespace_id = ? AND chain = ?) AND number >= ?
        AND decision IS NOT NULL
      GROUP BY tool
      """;

  private final Statements statements;

  AuditFigures(Statements statements) {
    this.statements = statements;
  }

  AgentFigures from(ChainKey chain, long fromMs) throws SQLException {
    PreparedStatement sums = statements.get(SUMS);
    bind(sums, chain);
    sums.setLong(3, firstNumber(chain, fromMs));
    long actions = 0;
    long blocked = 0;
    long spend = 0;
    List<ToolCount> tools = new ArrayList<>();
    try (ResultSet row = sums.executeQuery()) {
      while (row.next()) {
        long ofTool = row.getLong(2);
        if (ofTool > 0) {
          tools.add(new ToolCount(row.getString(1), ofTool));
        }
        actions += ofTool;
        blocked += row.getLong(3);
        spend = Money.plus(spend, Money.plus(dollars(row.getLong(4)), row.getLong(5)));
      }
    }
    tools.sort(
        Comparator.comparingLong((ToolCount tool) -> -tool.count()).thenComparing(ToolCount::tool));
    return new AgentFigures(
        actions, blocked, spend, List.copyOf(tools.subList(0, Math.min(TOOLS_MAX, tools.size()))));
  }

  private static long dollars(long usd) {
    return usd > Long.MAX_VALUE / NANO ? Long.MAX_VALUE : usd * NANO;
  }

  private long firstNumber(ChainKey chain, long fromMs) throws SQLException {
    PreparedStatement bounds = statements.get(BOUNDS);
    bind(bounds, chain);
    long low;
    long high;
    try (ResultSet row = bounds.executeQuery()) {
      row.next();
      low = row.getLong(1);
      high = row.getLong(2) + 1;
    }
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (atMs(chain, middle) < fromMs) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private long atMs(ChainKey chain, long number) throws SQLException {
    PreparedStatement at = statements.get(AT_NUMBER);
    bind(at, chain);
    at.setLong(3, number);
    try (ResultSet row = at.executeQuery()) {
      return row.next() ? row.getLong(1) : Long.MAX_VALUE;
    }
  }

  private static void bind(PreparedStatement query, ChainKey chain) throws SQLException {
    query.setLong(1, chain.namespaceId());
    query.setString(2, chain.chain());
  }
}
