package dev.onceonly.core.govern;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Reads of governance that name no single row. What they see has been flushed. Thread-safe.
public interface GovernQueries {

  /// A namespace's policies, by agent id.
  SortedMap<String, PolicyRow> policies(long namespaceId);

  /// The tools of one scope, by name.
  SortedMap<String, ToolRow> tools(long namespaceId, String scopeId);

  /// Every tool of every namespace: for a change of the key that seals their secrets.
  Map<ToolKey, ToolRow> allTools();

  /// Every agent that was seen or switched, without the namespace's own switch, by agent id.
  SortedMap<String, AgentRow> agents(long namespaceId);

  /// The figures of one UTC day, by agent id.
  Map<String, AgentDayRow> agentDays(long namespaceId, int day);

  /// Whether the agents and the namespaces' own switches that are off, over all namespaces: what is
  /// read once at start.
  List<AgentKey> disabledAgents();

  /// A page of calls, newest first.
  ///
  /// @param total of all that fit the filter
  record CallPage(long total, List<Found> items) {

    /// A call and its name.
    public record Found(CallKey key, CallRow row) {}
  }

  /// Calls of a namespace.
  ///
  /// @param state null for any
  /// @param agentId null for any
  CallPage calls(
      long namespaceId, @Nullable CallState state, @Nullable String agentId, int limit, int offset);

  /// Reserved calls of all namespaces whose claim has lapsed at `nowMs`, oldest first.
  List<CallPage.Found> lapsedCalls(long nowMs, int limit);
}
