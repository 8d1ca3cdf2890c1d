package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.ApiRequest;
import dev.onceonly.sdk.internal.json.Fields;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Requests and answers about agents.
final class AgentCalls {
  private AgentCalls() {}

  static Exchange<List<Agent>> listAgents() {
    return Exchange.listOf(ApiRequest.get("/agents"), Agent::read);
  }

  static Exchange<Agent> getAgent(String agentId) {
    return Exchange.of(ApiRequest.get(path(agentId)), Agent::read);
  }

  static Exchange<AgentStatus> disable(String agentId, @Nullable String reason) {
    return toggle(agentId, "/disable", reason);
  }

  static Exchange<AgentStatus> enable(String agentId, @Nullable String reason) {
    return toggle(agentId, "/enable", reason);
  }

  private static Exchange<AgentStatus> toggle(
      String agentId, String action, @Nullable String reason) {
    Body body = new Body().with("reason", reason == null || reason.isEmpty() ? null : reason);
    return Exchange.of(
        ApiRequest.post(path(agentId) + action, body.fields()), AgentCalls::readStatus);
  }

  static Exchange<List<AgentLogItem>> logs(String agentId, int limit) {
    return Exchange.listOf(
        ApiRequest.get(path(agentId) + "/logs").query("limit", limit), AgentCalls::readLogItem);
  }

  static Exchange<AgentMetrics> metrics(String agentId, String period) {
    return Exchange.of(
        ApiRequest.get(path(agentId) + "/metrics").query("period", period),
        AgentCalls::readMetrics);
  }

  private static String path(String agentId) {
    return "/agents/" + ApiRequest.part(Arguments.text("agentId", agentId));
  }

  private static AgentStatus readStatus(Fields fields) {
    // Some answers use the shorter name.
    boolean isEnabled = fields.flag(fields.has("is_enabled") ? "is_enabled" : "enabled");
    return new AgentStatus(
        fields.text("agent_id"),
        isEnabled,
        fields.text("disabled_reason"),
        fields.instant("disabled_at"),
        fields.raw());
  }

  private static AgentLogItem readLogItem(Fields fields) {
    String policyReason = fields.text("policy_reason");
    return new AgentLogItem(
        fields.epochSecond("ts"),
        fields.text("agent_id"),
        fields.text("tool"),
        fields.flag("allowed"),
        fields.text("decision"),
        policyReason == null ? fields.text("reason") : policyReason,
        fields.text("reason"),
        fields.text("risk_level"),
        fields.text("args_hash"),
        fields.money("spend_usd"),
        fields.raw());
  }

  private static AgentMetrics readMetrics(Fields fields) {
    return new AgentMetrics(
        fields.text("agent_id"),
        fields.text("period"),
        fields.number("total_actions"),
        fields.number("blocked_actions"),
        fields.money("total_spend_usd"),
        Typed.list(fields, "top_tools", AgentMetrics.ToolCount::read),
        fields.raw());
  }
}
