package dev.onceonly.sdk;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Policies, tools and agents. Every method may throw what [OnceOnly] says. Thread-safe.
public final class Gov {
  private final Core core;

  Gov(Core core) {
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

  /// Replaces the policy of the agent that the document names.
  public Policy upsertPolicy(Map<String, ? extends @Nullable Object> policy) {
    return upsertPolicy(policy, null);
  }

  /// Replaces an agent's policy by a template: `strict`, `moderate`, `permissive`, `read_only`,
  /// `support_bot`, or one of the server's own.
  ///
  /// @param overrides fields that replace the template's
  public Policy policyFromTemplate(
      String agentId, String template, Map<String, ? extends @Nullable Object> overrides) {
    return core.await(PolicyCalls.policyFromTemplate(agentId, template, overrides));
  }

  /// Replaces an agent's policy by a template as it is.
  public Policy policyFromTemplate(String agentId, String template) {
    return policyFromTemplate(agentId, template, Map.of());
  }

  /// Every policy of the namespace.
  public List<Policy> listPolicies() {
    return core.await(PolicyCalls.listPolicies());
  }

  /// An agent's policy.
  public Policy getPolicy(String agentId) {
    return core.await(PolicyCalls.getPolicy(agentId));
  }

  /// Removes an agent's policy.
  public Deletion deletePolicy(String agentId) {
    return core.await(PolicyCalls.deletePolicy(agentId));
  }

  /// What would be decided about a call, without calling or counting anything.
  public Evaluation evaluate(String agentId, String tool, Consumer<EvaluateOptions> options) {
    return core.await(
        PolicyCalls.evaluate(agentId, tool, Arguments.options(new EvaluateOptions(), options)));
  }

  /// What would be decided about a call without arguments.
  public Evaluation evaluate(String agentId, String tool) {
    return evaluate(agentId, tool, options -> {});
  }

  /// Registers a tool, or changes it.
  ///
  /// @param tool by the wire's names: `name`, `scope_id`, `url`, `auth`, `timeout_ms`,
  ///   `max_retries`, `enabled`, `description`
  public RegisteredTool createTool(Map<String, ? extends @Nullable Object> tool) {
    return core.await(ToolCalls.createTool(tool));
  }

  /// The tools of a scope: `global` or `agent:<id>`.
  public List<RegisteredTool> listTools(String scopeId) {
    return core.await(ToolCalls.listTools(scopeId));
  }

  /// The tools of the scope `global`.
  public List<RegisteredTool> listTools() {
    return listTools("global");
  }

  /// One tool of a scope.
  public RegisteredTool getTool(String name, String scopeId) {
    return core.await(ToolCalls.getTool(name, scopeId));
  }

  /// One tool of the scope `global`.
  public RegisteredTool getTool(String name) {
    return getTool(name, "global");
  }

  /// Turns a tool of a scope on or off.
  public RegisteredTool toggleTool(String name, boolean enabled, String scopeId) {
    return core.await(ToolCalls.toggleTool(name, enabled, scopeId));
  }

  /// Turns a tool of the scope `global` on or off.
  public RegisteredTool toggleTool(String name, boolean enabled) {
    return toggleTool(name, enabled, "global");
  }

  /// Removes a tool from a scope.
  public Deletion deleteTool(String name, String scopeId) {
    return core.await(ToolCalls.deleteTool(name, scopeId));
  }

  /// Removes a tool from the scope `global`.
  public Deletion deleteTool(String name) {
    return deleteTool(name, "global");
  }

  /// Every agent that has been seen or has a policy.
  public List<Agent> listAgents() {
    return core.await(AgentCalls.listAgents());
  }

  /// One agent.
  public Agent getAgent(String agentId) {
    return core.await(AgentCalls.getAgent(agentId));
  }

  /// Stops an agent: none of its calls is let through until it is enabled. `*` stops all.
  ///
  /// @param reason kept with the agent; null for none
  public AgentStatus disableAgent(String agentId, @Nullable String reason) {
    return core.await(AgentCalls.disable(agentId, reason));
  }

  /// Stops an agent: none of its calls is let through until it is enabled. `*` stops all.
  public AgentStatus disableAgent(String agentId) {
    return disableAgent(agentId, null);
  }

  /// Lets an agent act again.
  ///
  /// @param reason kept with the agent; null for none
  public AgentStatus enableAgent(String agentId, @Nullable String reason) {
    return core.await(AgentCalls.enable(agentId, reason));
  }

  /// Lets an agent act again.
  public AgentStatus enableAgent(String agentId) {
    return enableAgent(agentId, null);
  }

  /// An agent's audit log, the newest first.
  ///
  /// @param limit 1 to 500
  public List<AgentLogItem> agentLogs(String agentId, int limit) {
    return core.await(AgentCalls.logs(agentId, limit));
  }

  /// The newest 100 entries of an agent's audit log.
  public List<AgentLogItem> agentLogs(String agentId) {
    return agentLogs(agentId, 100);
  }

  /// What an agent did in a period that ends now: `hour`, `day` or `week`.
  public AgentMetrics agentMetrics(String agentId, String period) {
    return core.await(AgentCalls.metrics(agentId, period));
  }

  /// What an agent did in the last day.
  public AgentMetrics agentMetrics(String agentId) {
    return agentMetrics(agentId, "day");
  }

  /// Governed calls, the newest first.
  public CallPage listCalls(Consumer<ListCallsOptions> options) {
    return core.await(ToolCalls.listCalls(Arguments.options(new ListCallsOptions(), options)));
  }

  /// The newest 50 governed calls.
  public CallPage listCalls() {
    return listCalls(options -> {});
  }

  /// One governed call.
  public GovernedCall getCall(String callId) {
    return core.await(ToolCalls.getCall(callId));
  }

  /// Settles a call of which the server does not know whether it happened.
  ///
  /// @param outcome `executed` or `failed`
  public GovernedCall resolveCall(
      String callId, String outcome, Consumer<ResolveCallOptions> options) {
    return core.await(
        ToolCalls.resolveCall(
            callId, outcome, Arguments.options(new ResolveCallOptions(), options)));
  }

  /// Settles a call of which the server does not know whether it happened.
  public GovernedCall resolveCall(String callId, String outcome) {
    return resolveCall(callId, outcome, options -> {});
  }
}
