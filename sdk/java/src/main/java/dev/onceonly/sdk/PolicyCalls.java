package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.ApiRequest;
import dev.onceonly.sdk.internal.json.Fields;
import dev.onceonly.sdk.internal.json.Values;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests and answers about policies, and decisions by them.
final class PolicyCalls {
  private PolicyCalls() {}

  static Exchange<Policy> upsertPolicy(
      Map<String, ? extends @Nullable Object> policy, @Nullable String agentId) {
    Object own = agentId == null ? policy.get("agent_id") : agentId;
    String id = Arguments.text("agentId", own instanceof String text ? text : null);
    Body body = new Body().with("agent_id", id);
    policy.forEach((name, value) -> {
      if (!name.equals("agent_id")) {
        body.with(name, Values.lenient(value));
      }
    });
    return Exchange.of(
        ApiRequest.post("/policies/" + ApiRequest.part(id), body.fields()), PolicyCalls::read);
  }

  static Exchange<Policy> policyFromTemplate(
      String agentId, String template, Map<String, ? extends @Nullable Object> overrides) {
    String id = Arguments.text("agentId", agentId);
    Body body =
        new Body()
            .with("agent_id", id)
            .with("template", Arguments.text("template", template))
            .withMap("overrides", overrides);
    return Exchange.of(
        ApiRequest.post("/policies/" + ApiRequest.part(id) + "/from-template", body.fields()),
        PolicyCalls::read);
  }

  static Exchange<List<Policy>> listPolicies() {
    return Exchange.listOf(ApiRequest.get("/policies"), PolicyCalls::read);
  }

  static Exchange<Policy> getPolicy(String agentId) {
    return Exchange.of(ApiRequest.get(path(agentId)), PolicyCalls::read);
  }

  static Exchange<Deletion> deletePolicy(String agentId) {
    return Exchange.of(ApiRequest.delete(path(agentId)), Deletion::read);
  }

  static Exchange<Evaluation> evaluate(String agentId, String tool, EvaluateOptions options) {
    Body body = RunCalls.call(agentId, tool, options.args, options.spendUsd);
    return Exchange.of(
        ApiRequest.post(path(agentId) + "/evaluate", body.fields()), Evaluation::read);
  }

  private static String path(String agentId) {
    return "/policies/" + ApiRequest.part(Arguments.text("agentId", agentId));
  }

  private static Policy read(Fields fields) {
    Map<String, @Nullable Object> document = fields.object("policy");
    // A server that does not nest the document answers with the document itself.
    Fields policy = document == null ? fields : Fields.of(document);
    String agentId = fields.text("agent_id");
    return new Policy(
        agentId == null ? policy.text("agent_id") : agentId,
        policy.raw(),
        policy.texts("allowed_tools"),
        policy.texts("blocked_tools"),
        policy.number("max_actions_per_hour"),
        policy.money("max_spend_usd_per_day"),
        callsPerTool(policy),
        policy.raw().get("pricing_rules") instanceof List
            ? Typed.list(policy, "pricing_rules", Policy.PricingRule::read)
            : null,
        fields.raw());
  }

  private static @Nullable Map<String, Long> callsPerTool(Fields policy) {
    Map<String, @Nullable Object> given = policy.object("max_calls_per_tool");
    if (given == null) {
      return null;
    }
    Map<String, Long> calls = new LinkedHashMap<>();
    given.forEach((tool, count) -> {
      Long number = Fields.wholeNumber(count);
      if (number != null) {
        calls.put(tool, number);
      }
    });
    return Collections.unmodifiableMap(calls);
  }
}
