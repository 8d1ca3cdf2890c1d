package dev.onceonly.sdk;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What can be done about agents and their calls; part of [Gov].
public abstract sealed class AgentVerbs permits Gov {
  private final Core core;

  AgentVerbs(Core core) {
    this.core = core;
  }

  /// Every agent that has been seen or has a policy.
  public List<Map<String, @Nullable Object>> listAgents() {
    return core.await(AgentCalls.listAgents());
  }

  /// The asynchronous form of [#listAgents]: cancelling the future ends the call.
  public CompletableFuture<List<Map<String, @Nullable Object>>> listAgentsAsync() {
    return core.start(AgentCalls.listAgents());
  }

  /// One agent.
  public Map<String, @Nullable Object> getAgent(String agentId) {
    return core.await(AgentCalls.getAgent(agentId));
  }

  /// The asynchronous form of [#getAgent]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> getAgentAsync(String agentId) {
    return core.start(AgentCalls.getAgent(agentId));
  }

  /// Stops an agent: none of its calls is let through until it is enabled. `*` stops all.
  ///
  /// @param reason kept with the agent; null for none
  public AgentStatus disableAgent(String agentId, @Nullable String reason) {
    return core.await(AgentCalls.disable(agentId, reason));
  }

  /// The asynchronous form of [#disableAgent]: cancelling the future ends the call.
  public CompletableFuture<AgentStatus> disableAgentAsync(String agentId, @Nullable String reason) {
    return core.start(AgentCalls.disable(agentId, reason));
  }

  /// Stops an agent: none of its calls is let through until it is enabled. `*` stops all.
  public AgentStatus disableAgent(String agentId) {
    return disableAgent(agentId, null);
  }

  /// The asynchronous form.
  public CompletableFuture<AgentStatus> disableAgentAsync(String agentId) {
    return disableAgentAsync(agentId, null);
  }

  /// Lets an agent act again.
  ///
  /// @param reason kept with the agent; null for none
  public AgentStatus enableAgent(String agentId, @Nullable String reason) {
    return core.await(AgentCalls.enable(agentId, reason));
  }

  /// The asynchronous form of [#enableAgent]: cancelling the future ends the call.
  public CompletableFuture<AgentStatus> enableAgentAsync(String agentId, @Nullable String reason) {
    return core.start(AgentCalls.enable(agentId, reason));
  }

  /// Lets an agent act again.
  public AgentStatus enableAgent(String agentId) {
    return enableAgent(agentId, null);
  }

  /// The asynchronous form.
  public CompletableFuture<AgentStatus> enableAgentAsync(String agentId) {
    return enableAgentAsync(agentId, null);
  }

  /// An agent's audit log, the newest first.
  ///
  /// @param limit 1 to 500
  public List<AgentLogItem> agentLogs(String agentId, int limit) {
    return core.await(AgentCalls.logs(agentId, limit));
  }

  /// The asynchronous form of [#agentLogs]: cancelling the future ends the call.
  public CompletableFuture<List<AgentLogItem>> agentLogsAsync(String agentId, int limit) {
    return core.start(AgentCalls.logs(agentId, limit));
  }

  /// The newest 100 entries of an agent's audit log.
  public List<AgentLogItem> agentLogs(String agentId) {
    return agentLogs(agentId, 100);
  }

  /// The asynchronous form.
  public CompletableFuture<List<AgentLogItem>> agentLogsAsync(String agentId) {
    return agentLogsAsync(agentId, 100);
  }

  /// What an agent did in a period that ends now: `hour`, `day` or `week`.
  public AgentMetrics agentMetrics(String agentId, String period) {
    return core.await(AgentCalls.metrics(agentId, period));
  }

  /// The asynchronous form of [#agentMetrics]: cancelling the future ends the call.
  public CompletableFuture<AgentMetrics> agentMetricsAsync(String agentId, String period) {
    return core.start(AgentCalls.metrics(agentId, period));
  }

  /// What an agent did in the last day.
  public AgentMetrics agentMetrics(String agentId) {
    return agentMetrics(agentId, "day");
  }

  /// The asynchronous form.
  public CompletableFuture<AgentMetrics> agentMetricsAsync(String agentId) {
    return agentMetricsAsync(agentId, "day");
  }

  /// Governed calls, the newest first: `total` and `items`.
  public Map<String, @Nullable Object> listCalls(ListCallsOptions options) {
    return core.await(ToolCalls.listCalls(options));
  }

  /// The asynchronous form of [#listCalls]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> listCallsAsync(ListCallsOptions options) {
    return core.start(ToolCalls.listCalls(options));
  }

  /// The newest 50 governed calls: `total` and `items`.
  public Map<String, @Nullable Object> listCalls() {
    return listCalls(ListCallsOptions.defaults());
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> listCallsAsync() {
    return listCallsAsync(ListCallsOptions.defaults());
  }

  /// One governed call.
  public Map<String, @Nullable Object> getCall(String callId) {
    return core.await(ToolCalls.getCall(callId));
  }

  /// The asynchronous form of [#getCall]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> getCallAsync(String callId) {
    return core.start(ToolCalls.getCall(callId));
  }

  /// Settles a call of which the server does not know whether it happened.
  ///
  /// @param outcome `executed` or `failed`
  public Map<String, @Nullable Object> resolveCall(
      String callId, String outcome, ResolveCallOptions options) {
    return core.await(ToolCalls.resolveCall(callId, outcome, options));
  }

  /// The asynchronous form of [#resolveCall]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> resolveCallAsync(
      String callId, String outcome, ResolveCallOptions options) {
    return core.start(ToolCalls.resolveCall(callId, outcome, options));
  }

  /// Settles a call of which the server does not know whether it happened.
  public Map<String, @Nullable Object> resolveCall(String callId, String outcome) {
    return resolveCall(callId, outcome, ResolveCallOptions.defaults());
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> resolveCallAsync(
      String callId, String outcome) {
    return resolveCallAsync(callId, outcome, ResolveCallOptions.defaults());
  }
}
