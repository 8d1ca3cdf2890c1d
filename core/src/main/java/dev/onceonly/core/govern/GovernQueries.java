package dev.onceonly.core.govern;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Reads of governance that name no single row. What they see has been flushed. Thread-safe.
public interface GovernQueries {

  /// About how many characters of policies are read at a time: a single one may have two million.
  int PIECE_CHARS_MAX = 1 << 20;

  /// A policy, and whose it is.
  record FoundPolicy(String agentId, PolicyRow row) {}

  /// The next policies of a namespace, in the order of their agents' ids by code point. At least
  /// one while there is one, but fewer than `limit` where they would pass [#PIECE_CHARS_MAX]: the
  /// rest is asked for behind the last one.
  ///
  /// @param after the id behind which they begin; empty for the start
  List<FoundPolicy> policies(long namespaceId, String after, int limit, int offset);

  /// The tools of one scope, by name.
  SortedMap<String, ToolRow> tools(long namespaceId, String scopeId);

  /// Every tool of every namespace: for a change of the key that seals their secrets.
  Map<ToolKey, ToolRow> allTools();

  /// An agent as it stands.
  ///
  /// @param row [AgentRow#UNSEEN] where it has only a policy
  /// @param day its figures of the day that was asked for
  record FoundAgent(String agentId, AgentRow row, boolean hasPolicy, AgentDayRow day) {}

  /// Agents that were seen, were switched or have a policy, without the namespace's own switch, in
  /// the order of their ids by code point.
  ///
  /// @param day whose figures are wanted
  List<FoundAgent> agents(long namespaceId, int day, int limit, int offset);

  /// The agents and the namespaces' own switches that are off, over all namespaces: what is read
  /// once at start. They are as many as people have switched off.
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
