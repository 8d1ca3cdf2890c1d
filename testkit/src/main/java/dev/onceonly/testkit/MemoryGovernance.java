package dev.onceonly.testkit;

import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.GovernQueries.CallPage;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.govern.PolicyRow;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads of governance on the store in memory. Guarded by the store's lock.
final class MemoryGovernance {
  private final MemoryRows rows;

  MemoryGovernance(MemoryRows rows) {
    this.rows = rows;
  }

  SortedMap<String, PolicyRow> policies(long namespaceId) {
    SortedMap<String, PolicyRow> found = new TreeMap<>();
    rows.each(
        PolicyKey.class,
        PolicyRow.class,
        (key, row) -> {
          if (key.namespaceId() == namespaceId) {
            found.put(key.agentId(), row);
          }
        });
    return found;
  }

  SortedMap<String, ToolRow> tools(long namespaceId, String scopeId) {
    SortedMap<String, ToolRow> found = new TreeMap<>();
    allTools()
        .forEach((key, row) -> {
          if (key.namespaceId() == namespaceId && key.scopeId().equals(scopeId)) {
            found.put(key.name(), row);
          }
        });
    return found;
  }

  Map<ToolKey, ToolRow> allTools() {
    Map<ToolKey, ToolRow> found = new HashMap<>();
    rows.each(ToolKey.class, ToolRow.class, found::put);
    return found;
  }

  SortedMap<String, AgentRow> agents(long namespaceId) {
    SortedMap<String, AgentRow> found = new TreeMap<>();
    rows.each(
        AgentKey.class,
        AgentRow.class,
        (key, row) -> {
          if (key.namespaceId() == namespaceId && !key.agentId().equals(AgentKey.ALL)) {
            found.put(key.agentId(), row);
          }
        });
    return found;
  }

  Map<String, AgentDayRow> agentDays(long namespaceId, int day) {
    Map<String, AgentDayRow> found = new HashMap<>();
    rows.each(
        AgentDayKey.class,
        AgentDayRow.class,
        (key, row) -> {
          if (key.namespaceId() == namespaceId && key.day() == day) {
            found.put(key.agentId(), row);
          }
        });
    return found;
  }

  List<AgentKey> disabledAgents() {
    List<AgentKey> found = new ArrayList<>();
    rows.each(
        AgentKey.class,
        AgentRow.class,
        (key, row) -> {
          if (!row.isEnabled()) {
            found.add(key);
          }
        });
    return found;
  }

  CallPage calls(CallFilter filter, int limit, int offset) {
    List<CallPage.Found> found = calls(filter);
    found.sort(byNumber().reversed());
    return new CallPage(found.size(), found.stream().skip(offset).limit(limit).toList());
  }

  List<CallPage.Found> lapsedCalls(long nowMs, int limit) {
    List<CallPage.Found> found =
        calls(call ->
            call.row().state() == CallState.RESERVED
                && call.row().delivery().claimUntilMs() <= nowMs);
    found.sort(byNumber());
    return found.stream().limit(limit).toList();
  }

  /// What calls are listed.
  record CallFilter(long namespaceId, @Nullable CallState state, @Nullable String agentId)
      implements Predicate<CallPage.Found> {
    @Override
    public boolean test(CallPage.Found call) {
      return call.key().namespaceId() == namespaceId
          && (state == null || call.row().state() == state)
          && (agentId == null || call.row().asked().agentId().equals(agentId));
    }
  }

  private List<CallPage.Found> calls(Predicate<CallPage.Found> filter) {
    List<CallPage.Found> found = new ArrayList<>();
    rows.each(
        CallKey.class,
        CallRow.class,
        (key, row) -> {
          CallPage.Found call = new CallPage.Found(key, row);
          if (filter.test(call)) {
            found.add(call);
          }
        });
    return found;
  }

  private static Comparator<CallPage.Found> byNumber() {
    return Comparator.comparingLong(call -> call.key().number());
  }
}
