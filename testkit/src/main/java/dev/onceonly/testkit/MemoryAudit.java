package dev.onceonly.testkit;

import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditEntry.CallFacts;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.AuditQueries.AgentFigures;
import dev.onceonly.core.audit.AuditQueries.Numbered;
import dev.onceonly.core.audit.AuditQueries.ToolCount;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Money;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads of the audit log on the store in memory. Guarded by the store's lock.
final class MemoryAudit {
  private static final int TOOLS_MAX = 10;
  private static final Set<String> ACTIONS =
      Set.of(
          Decision.EXECUTED.wireName(),
          Decision.DEDUP.wireName(),
          Decision.ERROR.wireName(),
          Decision.UNKNOWN.wireName());

  private static final Comparator<ChainKey> IN_ORDER =
      Comparator.comparingLong(ChainKey::namespaceId)
          .thenComparing(ChainKey::chain, MemoryGovernance.BY_CODE_POINT);

  private final MemoryRows rows;

  MemoryAudit(MemoryRows rows) {
    this.rows = rows;
  }

  List<AuditEntry> callLog(ChainKey chain, int limit) {
    return entries(chain, 0, Integer.MAX_VALUE).reversed().stream()
        .map(Numbered::entry)
        .filter(entry -> {
          CallFacts call = entry.call();
          return call != null && !call.verdict().decision().equals(Decision.RESERVED.wireName());
        })
        .limit(limit)
        .toList();
  }

  AgentFigures figures(ChainKey chain, long fromMs) {
    long blocked = 0;
    long spend = 0;
    Map<String, Long> tools = new HashMap<>();
    for (Numbered numbered : entries(chain, 0, Integer.MAX_VALUE)) {
      CallFacts call = numbered.entry().call();
      if (call == null || numbered.entry().atMs() < fromMs) {
        continue;
      }
      String decision = call.verdict().decision();
      if (ACTIONS.contains(decision) && !numbered.entry().action().equals("resolve")) {
        tools.merge(call.tool(), 1L, Long::sum);
      }
      if (decision.equals(Decision.EXECUTED.wireName())) {
        spend = Money.plus(spend, call.spendNanoUsd());
      }
      blocked += decision.equals(Decision.BLOCKED.wireName()) ? 1 : 0;
    }
    long actions = tools.values().stream().mapToLong(Long::longValue).sum();
    return new AgentFigures(actions, blocked, spend, top(tools));
  }

  private static List<ToolCount> top(Map<String, Long> tools) {
    return tools.entrySet().stream()
        .map(tool -> new ToolCount(tool.getKey(), tool.getValue()))
        .sorted(
            Comparator.comparingLong((ToolCount tool) -> -tool.count())
                .thenComparing(ToolCount::tool))
        .limit(TOOLS_MAX)
        .toList();
  }

  List<Numbered> entries(ChainKey chain, long fromNumber, int limit) {
    List<Numbered> found = new ArrayList<>();
    rows.each(
        AuditKey.class,
        AuditEntry.class,
        (key, entry) -> {
          if (key.chain().equals(chain) && key.number() >= fromNumber) {
            found.add(new Numbered(key.number(), entry));
          }
        });
    found.sort(Comparator.comparingLong(Numbered::number));
    return found.stream().limit(limit).toList();
  }

  List<ChainKey> chains(@Nullable ChainKey after, int limit) {
    return chains().keySet().stream()
        .filter(chain -> after == null || IN_ORDER.compare(chain, after) > 0)
        .sorted(IN_ORDER)
        .limit(limit)
        .toList();
  }

  Map<ChainKey, ChainRow> chains() {
    Map<ChainKey, ChainRow> found = new HashMap<>();
    rows.each(ChainKey.class, ChainRow.class, found::put);
    return found;
  }
}
