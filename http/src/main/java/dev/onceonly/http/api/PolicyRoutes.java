package dev.onceonly.http.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.GovernQueries.FoundPolicy;
import dev.onceonly.core.govern.Money;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.govern.PolicyRow;
import dev.onceonly.core.service.Policies;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.Route;
import dev.onceonly.http.input.Fields;
import dev.onceonly.http.input.TextRule;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `/v1/policies` and below.
final class PolicyRoutes {
  private static final String ONE = "/v1/policies/{agent_id}";

  private static final int LIMIT_MAX = 1_000;

  // A full policy of 4,000 names of 256 characters.
  private static final int BODY_BYTES_MAX = 2 << 20;

  private final Policies policies;

  PolicyRoutes(Policies policies) {
    this.policies = policies;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/policies", Admitted.READING, this::list),
        Route.get(ONE, Admitted.ALL, this::get),
        Route.post(ONE, Admitted.ADMIN, this::put).withBodyBytesMax(BODY_BYTES_MAX),
        Route.delete(ONE, Admitted.ADMIN, this::delete),
        Route.post(ONE + "/from-template", Admitted.ADMIN, this::putFromTemplate)
            .withBodyBytesMax(BODY_BYTES_MAX));
  }

  /// @param policyVersion 12 hexadecimal digits that change with the policy
  record PolicyBody(String agentId, DocumentBody policy, String policyVersion) {

    /// Just what was given and kept.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record DocumentBody(
        @Nullable List<String> allowedTools,
        @Nullable List<String> blockedTools,
        @Nullable Long maxActionsPerHour,
        @Nullable BigDecimal maxSpendUsdPerDay,
        @Nullable Map<String, Long> maxCallsPerTool,
        @Nullable List<PriceBody> pricingRules) {}

    record PriceBody(String tool, BigDecimal priceUsd) {}

    static PolicyBody of(String agentId, PolicyRow row) {
      return new PolicyBody(agentId, document(row.policy()), row.version());
    }

    private static DocumentBody document(Policy policy) {
      Policy.Caps caps = policy.caps();
      Long spend = caps.maxSpendNanoUsdPerDay();
      Map<String, Long> calls = caps.maxCallsPerTool();
      List<Policy.PricingRule> rules = policy.pricingRules();
      return new DocumentBody(
          policy.allowedTools(),
          policy.blockedTools(),
          caps.maxActionsPerHour(),
          spend == null ? null : Money.toUsd(spend),
          calls == null ? null : new TreeMap<>(calls),
          rules == null
              ? null
              : rules.stream()
                  .map(rule -> new PriceBody(rule.tool(), Money.toUsd(rule.priceNanoUsd())))
                  .toList());
    }
  }

  /// Made one by one, since all of them may be more than the memory holds.
  private record Bodies(Iterator<FoundPolicy> found) implements Iterator<PolicyBody> {
    @Override
    public boolean hasNext() {
      return found.hasNext();
    }

    @Override
    public PolicyBody next() {
      FoundPolicy policy = found.next();
      return PolicyBody.of(policy.agentId(), policy.row());
    }
  }

  record DeletedBody(boolean ok, boolean deleted, String agentId) {}

  private Reply list(Request request) {
    int limit = request.query().integer("limit", 1, LIMIT_MAX, Integer.MAX_VALUE);
    int offset = request.query().integer("offset", 0, Integer.MAX_VALUE, 0);
    request.done();
    Iterator<FoundPolicy> found = policies.list(request.caller().namespaceId(), limit, offset);
    return Reply.list(new Bodies(found));
  }

  private Reply get(Request request) {
    PolicyKey key = key(request);
    request.done();
    request.caller().requireSpeaksFor(key.agentId());
    return Reply.ok(PolicyBody.of(key.agentId(), policies.get(key)));
  }

  private Reply put(Request request) {
    Caller caller = request.caller();
    PolicyKey key = key(request);
    Policy policy = PolicyFields.read(request.body());
    request.done();
    return Reply.ok(PolicyBody.of(key.agentId(), policies.put(caller, key, policy)));
  }

  private Reply putFromTemplate(Request request) {
    Caller caller = request.caller();
    PolicyKey key = key(request);
    Fields fields = request.body();
    String template = fields.text("template", TextRule.ID);
    Fields given = fields.optionalChild("overrides");
    Policy overrides = given == null ? Policy.EMPTY : PolicyFields.read(given);
    request.done();
    PolicyRow row = policies.putFromTemplate(caller, key, template, overrides);
    return Reply.ok(PolicyBody.of(key.agentId(), row));
  }

  private Reply delete(Request request) {
    PolicyKey key = key(request);
    request.done();
    policies.delete(request.caller(), key);
    return Reply.ok(new DeletedBody(true, true, key.agentId()));
  }

  private static PolicyKey key(Request request) {
    AgentKey agent = AgentIds.one(request);
    return new PolicyKey(agent.namespaceId(), agent.agentId());
  }
}
