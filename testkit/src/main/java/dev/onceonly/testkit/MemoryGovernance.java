package dev.onceonly.testkit;

import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.GovernQueries.CallPage;
import dev.onceonly.core.govern.GovernQueries.FoundAgent;
import dev.onceonly.core.govern.GovernQueries.FoundPolicy;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.govern.PolicyRow;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads of governance on the store in memory. Guarded by the store's lock.
final class MemoryGovernance {
  static final Comparator<String> BY_CODE_POINT =
      (one, other) -> Arrays.compare(one.codePoints().toArray(), other.codePoints().toArray());

  private final MemoryRows rows;

  MemoryGovernance(MemoryRows rows) {
    this.rows = rows;
  }

  List<FoundPolicy> policies(long namespaceId, String after, int limit, int offset) {
    List<FoundPolicy> found = new ArrayList<>();
    rows.each(
        PolicyKey.class,
        PolicyRow.class,
        (key, row) -> {
          if (key.namespaceId() == namespaceId && BY_CODE_POINT.compare(key.agentId(), after) > 0) {
            found.add(new FoundPolicy(key.agentId(), row));
          }
        });
    found.sort(Comparator.comparing(FoundPolicy::agentId, BY_CODE_POINT));
    return found.stream().skip(offset).limit(limit).toList();
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

  List<FoundAgent> agents(long namespaceId, int day, int limit, int offset) {
    SortedSet<String> ids = new TreeSet<>(BY_CODE_POINT);
    rows.each(
        AgentKey.class,
        AgentRow.class,
        (key, _) -> {
          if (key.namespaceId() == namespaceId && !key.agentId().equals(AgentKey.ALL)) {
            ids.add(key.agentId());
          }
        });
    policies(namespaceId, "", Integer.MAX_VALUE, 0).forEach(policy -> ids.add(policy.agentId()));
    return ids.stream()
        .skip(offset)
        .limit(limit)
        .map(id -> agent(new AgentKey(namespaceId, id), day))
        .toList();
  }

  private FoundAgent agent(AgentKey key, int day) {
    boolean hasPolicy = rows.get(new PolicyKey(key.namespaceId(), key.agentId())) != null;
    return new FoundAgent(
        key.agentId(),
        rows.get(key) instanceof AgentRow row ? row : AgentRow.UNSEEN,
        hasPolicy,
        rows.get(AgentDayKey.of(key, day)) instanceof AgentDayRow row ? row : AgentDayRow.NONE);
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
