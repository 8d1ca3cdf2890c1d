package dev.onceonly.sdk;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Policies, tools and agents, without waiting for them; see [AsyncOnceOnly]. Thread-safe.
public final class AsyncGov {
  private final Core core;

  AsyncGov(Core core) {
    this.core = core;
  }

  /// As [Gov#upsertPolicy]: cancelling the future ends the call.
  public CompletableFuture<Policy> upsertPolicy(
      Map<String, ? extends @Nullable Object> policy, @Nullable String agentId) {
    return core.start(PolicyCalls.upsertPolicy(policy, agentId));
  }

  /// As [Gov#upsertPolicy], with defaults.
  public CompletableFuture<Policy> upsertPolicy(Map<String, ? extends @Nullable Object> policy) {
    return upsertPolicy(policy, null);
  }

  /// As [Gov#policyFromTemplate]: cancelling the future ends the call.
  public CompletableFuture<Policy> policyFromTemplate(
      String agentId, String template, Map<String, ? extends @Nullable Object> overrides) {
    return core.start(PolicyCalls.policyFromTemplate(agentId, template, overrides));
  }

  /// As [Gov#policyFromTemplate], with defaults.
  public CompletableFuture<Policy> policyFromTemplate(String agentId, String template) {
    return policyFromTemplate(agentId, template, Map.of());
  }

  /// As [Gov#listPolicies]: cancelling the future ends the call.
  public CompletableFuture<List<Policy>> listPolicies() {
    return core.start(PolicyCalls.listPolicies());
  }

  /// As [Gov#getPolicy]: cancelling the future ends the call.
  public CompletableFuture<Policy> getPolicy(String agentId) {
    return core.start(PolicyCalls.getPolicy(agentId));
  }

  /// As [Gov#deletePolicy]: cancelling the future ends the call.
  public CompletableFuture<Deletion> deletePolicy(String agentId) {
    return core.start(PolicyCalls.deletePolicy(agentId));
  }

  /// As [Gov#evaluate]: cancelling the future ends the call.
  public CompletableFuture<Evaluation> evaluate(
      String agentId, String tool, Consumer<EvaluateOptions> options) {
    return core.start(
        PolicyCalls.evaluate(agentId, tool, Arguments.options(new EvaluateOptions(), options)));
  }

  /// As [Gov#evaluate], with defaults.
  public CompletableFuture<Evaluation> evaluate(String agentId, String tool) {
    return evaluate(agentId, tool, options -> {});
  }

  /// As [Gov#createTool]: cancelling the future ends the call.
  public CompletableFuture<RegisteredTool> createTool(
      Map<String, ? extends @Nullable Object> tool) {
    return core.start(ToolCalls.createTool(tool));
  }

  /// As [Gov#listTools]: cancelling the future ends the call.
  public CompletableFuture<List<RegisteredTool>> listTools(String scopeId) {
    return core.start(ToolCalls.listTools(scopeId));
  }

  /// As [Gov#listTools], with defaults.
  public CompletableFuture<List<RegisteredTool>> listTools() {
    return listTools("global");
  }

  /// As [Gov#getTool]: cancelling the future ends the call.
  public CompletableFuture<RegisteredTool> getTool(String name, String scopeId) {
    return core.start(ToolCalls.getTool(name, scopeId));
  }

  /// As [Gov#getTool], with defaults.
  public CompletableFuture<RegisteredTool> getTool(String name) {
    return getTool(name, "global");
  }

  /// As [Gov#toggleTool]: cancelling the future ends the call.
  public CompletableFuture<RegisteredTool> toggleTool(
      String name, boolean enabled, String scopeId) {
    return core.start(ToolCalls.toggleTool(name, enabled, scopeId));
  }

  /// As [Gov#toggleTool], with defaults.
  public CompletableFuture<RegisteredTool> toggleTool(String name, boolean enabled) {
    return toggleTool(name, enabled, "global");
  }

  /// As [Gov#deleteTool]: cancelling the future ends the call.
  public CompletableFuture<Deletion> deleteTool(String name, String scopeId) {
    return core.start(ToolCalls.deleteTool(name, scopeId));
  }

  /// As [Gov#deleteTool], with defaults.
  public CompletableFuture<Deletion> deleteTool(String name) {
    return deleteTool(name, "global");
  }

  /// As [Gov#listAgents]: cancelling the future ends the call.
  public CompletableFuture<List<Agent>> listAgents() {
    return core.start(AgentCalls.listAgents());
  }

  /// As [Gov#getAgent]: cancelling the future ends the call.
  public CompletableFuture<Agent> getAgent(String agentId) {
    return core.start(AgentCalls.getAgent(agentId));
  }

  /// As [Gov#disableAgent]: cancelling the future ends the call.
  public CompletableFuture<AgentStatus> disableAgent(String agentId, @Nullable String reason) {
    return core.start(AgentCalls.disable(agentId, reason));
  }

  /// As [Gov#disableAgent], with defaults.
  public CompletableFuture<AgentStatus> disableAgent(String agentId) {
    return disableAgent(agentId, null);
  }

  /// As [Gov#enableAgent]: cancelling the future ends the call.
  public CompletableFuture<AgentStatus> enableAgent(String agentId, @Nullable String reason) {
    return core.start(AgentCalls.enable(agentId, reason));
  }

  /// As [Gov#enableAgent], with defaults.
  public CompletableFuture<AgentStatus> enableAgent(String agentId) {
    return enableAgent(agentId, null);
  }

  /// As [Gov#agentLogs]: cancelling the future ends the call.
  public CompletableFuture<List<AgentLogItem>> agentLogs(String agentId, int limit) {
    return core.start(AgentCalls.logs(agentId, limit));
  }

  /// As [Gov#agentLogs], with defaults.
  public CompletableFuture<List<AgentLogItem>> agentLogs(String agentId) {
    return agentLogs(agentId, 100);
  }

  /// As [Gov#agentMetrics]: cancelling the future ends the call.
  public CompletableFuture<AgentMetrics> agentMetrics(String agentId, String period) {
    return core.start(AgentCalls.metrics(agentId, period));
  }

  /// As [Gov#agentMetrics], with defaults.
  public CompletableFuture<AgentMetrics> agentMetrics(String agentId) {
    return agentMetrics(agentId, "day");
  }

  /// As [Gov#listCalls]: cancelling the future ends the call.
  public CompletableFuture<CallPage> listCalls(Consumer<ListCallsOptions> options) {
    return core.start(ToolCalls.listCalls(Arguments.options(new ListCallsOptions(), options)));
  }

  /// As [Gov#listCalls], with defaults.
  public CompletableFuture<CallPage> listCalls() {
    return listCalls(options -> {});
  }

  /// As [Gov#getCall]: cancelling the future ends the call.
  public CompletableFuture<GovernedCall> getCall(String callId) {
    return core.start(ToolCalls.getCall(callId));
  }

  /// As [Gov#resolveCall]: cancelling the future ends the call.
  public CompletableFuture<GovernedCall> resolveCall(
      String callId, String outcome, Consumer<ResolveCallOptions> options) {
    return core.start(
        ToolCalls.resolveCall(
            callId, outcome, Arguments.options(new ResolveCallOptions(), options)));
  }

  /// As [Gov#resolveCall], with defaults.
  public CompletableFuture<GovernedCall> resolveCall(String callId, String outcome) {
    return resolveCall(callId, outcome, options -> {});
  }
}
