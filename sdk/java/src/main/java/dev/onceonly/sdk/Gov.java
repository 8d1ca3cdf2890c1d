package dev.onceonly.sdk;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Policies, tools and agents. Every method may throw what [OnceOnly] says; each has an
/// asynchronous twin. Thread-safe.
public final class Gov extends AgentVerbs {
  private static final String GLOBAL = "global";

  private final Core core;

  Gov(Core core) {
    super(core);
    this.core = core;
  }

  /// Replaces an agent's policy.
  ///
  /// @param policy the document by the wire's names: `allowed_tools`, `blocked_tools`,
  ///   `max_actions_per_hour`, `max_spend_usd_per_day`, `max_calls_per_tool`, `pricing_rules`
  /// @param agentId whose policy; null for the document's `agent_id`
  /// @throws IllegalArgumentException if neither names the agent
  public Policy upsertPolicy(
      Map<String, ? extends @Nullable Object> policy, @Nullable String agentId) {
    return core.await(PolicyCalls.upsertPolicy(policy, agentId));
  }

  /// The asynchronous form of [#upsertPolicy]: cancelling the future ends the call.
  public CompletableFuture<Policy> upsertPolicyAsync(
      Map<String, ? extends @Nullable Object> policy, @Nullable String agentId) {
    return core.start(PolicyCalls.upsertPolicy(policy, agentId));
  }

  /// Replaces the policy of the agent that the document names.
  public Policy upsertPolicy(Map<String, ? extends @Nullable Object> policy) {
    return upsertPolicy(policy, null);
  }

  /// The asynchronous form.
  public CompletableFuture<Policy> upsertPolicyAsync(
      Map<String, ? extends @Nullable Object> policy) {
    return upsertPolicyAsync(policy, null);
  }

  /// Replaces an agent's policy by a template: `strict`, `moderate`, `permissive`, `read_only`,
  /// `support_bot`, or one of the server's own.
  ///
  /// @param overrides fields that replace the template's
  public Policy policyFromTemplate(
      String agentId, String template, Map<String, ? extends @Nullable Object> overrides) {
    return core.await(PolicyCalls.policyFromTemplate(agentId, template, overrides));
  }

  /// The asynchronous form of [#policyFromTemplate]: cancelling the future ends the call.
  public CompletableFuture<Policy> policyFromTemplateAsync(
      String agentId, String template, Map<String, ? extends @Nullable Object> overrides) {
    return core.start(PolicyCalls.policyFromTemplate(agentId, template, overrides));
  }

  /// Replaces an agent's policy by a template as it is.
  public Policy policyFromTemplate(String agentId, String template) {
    return policyFromTemplate(agentId, template, Map.of());
  }

  /// The asynchronous form.
  public CompletableFuture<Policy> policyFromTemplateAsync(String agentId, String template) {
    return policyFromTemplateAsync(agentId, template, Map.of());
  }

  /// Every policy of the namespace.
  public List<Policy> listPolicies() {
    return core.await(PolicyCalls.listPolicies());
  }

  /// The asynchronous form of [#listPolicies]: cancelling the future ends the call.
  public CompletableFuture<List<Policy>> listPoliciesAsync() {
    return core.start(PolicyCalls.listPolicies());
  }

  /// An agent's policy.
  public Policy getPolicy(String agentId) {
    return core.await(PolicyCalls.getPolicy(agentId));
  }

  /// The asynchronous form of [#getPolicy]: cancelling the future ends the call.
  public CompletableFuture<Policy> getPolicyAsync(String agentId) {
    return core.start(PolicyCalls.getPolicy(agentId));
  }

  /// Removes an agent's policy.
  public Map<String, @Nullable Object> deletePolicy(String agentId) {
    return core.await(PolicyCalls.deletePolicy(agentId));
  }

  /// The asynchronous form of [#deletePolicy]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> deletePolicyAsync(String agentId) {
    return core.start(PolicyCalls.deletePolicy(agentId));
  }

  /// What would be decided about a call, without calling or counting anything.
  public Map<String, @Nullable Object> evaluate(
      String agentId, String tool, EvaluateOptions options) {
    return core.await(PolicyCalls.evaluate(agentId, tool, options));
  }

  /// The asynchronous form of [#evaluate]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> evaluateAsync(
      String agentId, String tool, EvaluateOptions options) {
    return core.start(PolicyCalls.evaluate(agentId, tool, options));
  }

  /// What would be decided about a call without arguments.
  public Map<String, @Nullable Object> evaluate(String agentId, String tool) {
    return evaluate(agentId, tool, EvaluateOptions.defaults());
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> evaluateAsync(
      String agentId, String tool) {
    return evaluateAsync(agentId, tool, EvaluateOptions.defaults());
  }

  /// Registers a tool, or changes it.
  ///
  /// @param tool by the wire's names: `name`, `scope_id`, `url`, `auth`, `timeout_ms`,
  ///   `max_retries`, `enabled`, `description`
  public Map<String, @Nullable Object> createTool(Map<String, ? extends @Nullable Object> tool) {
    return core.await(ToolCalls.createTool(tool));
  }

  /// The asynchronous form of [#createTool]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> createToolAsync(
      Map<String, ? extends @Nullable Object> tool) {
    return core.start(ToolCalls.createTool(tool));
  }

  /// The tools of a scope: `global` or `agent:<id>`.
  public List<Map<String, @Nullable Object>> listTools(String scopeId) {
    return core.await(ToolCalls.listTools(scopeId));
  }

  /// The asynchronous form of [#listTools]: cancelling the future ends the call.
  public CompletableFuture<List<Map<String, @Nullable Object>>> listToolsAsync(String scopeId) {
    return core.start(ToolCalls.listTools(scopeId));
  }

  /// The tools of the scope `global`.
  public List<Map<String, @Nullable Object>> listTools() {
    return listTools(GLOBAL);
  }

  /// The asynchronous form.
  public CompletableFuture<List<Map<String, @Nullable Object>>> listToolsAsync() {
    return listToolsAsync(GLOBAL);
  }

  /// One tool of a scope.
  public Map<String, @Nullable Object> getTool(String name, String scopeId) {
    return core.await(ToolCalls.getTool(name, scopeId));
  }

  /// The asynchronous form of [#getTool]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> getToolAsync(
      String name, String scopeId) {
    return core.start(ToolCalls.getTool(name, scopeId));
  }

  /// One tool of the scope `global`.
  public Map<String, @Nullable Object> getTool(String name) {
    return getTool(name, GLOBAL);
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> getToolAsync(String name) {
    return getToolAsync(name, GLOBAL);
  }

  /// Turns a tool of a scope on or off.
  public Map<String, @Nullable Object> toggleTool(String name, boolean enabled, String scopeId) {
    return core.await(ToolCalls.toggleTool(name, enabled, scopeId));
  }

  /// The asynchronous form of [#toggleTool]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> toggleToolAsync(
      String name, boolean enabled, String scopeId) {
    return core.start(ToolCalls.toggleTool(name, enabled, scopeId));
  }

  /// Turns a tool of the scope `global` on or off.
  public Map<String, @Nullable Object> toggleTool(String name, boolean enabled) {
    return toggleTool(name, enabled, GLOBAL);
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> toggleToolAsync(
      String name, boolean enabled) {
    return toggleToolAsync(name, enabled, GLOBAL);
  }

  /// Removes a tool from a scope.
  public Map<String, @Nullable Object> deleteTool(String name, String scopeId) {
    return core.await(ToolCalls.deleteTool(name, scopeId));
  }

  /// The asynchronous form of [#deleteTool]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> deleteToolAsync(
      String name, String scopeId) {
    return core.start(ToolCalls.deleteTool(name, scopeId));
  }

  /// Removes a tool from the scope `global`.
  public Map<String, @Nullable Object> deleteTool(String name) {
    return deleteTool(name, GLOBAL);
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> deleteToolAsync(String name) {
    return deleteToolAsync(name, GLOBAL);
  }
}
