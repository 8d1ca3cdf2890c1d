package dev.onceonly.core.service;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.govern.GovernQueries.FoundPolicy;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.govern.PolicyRow;
import dev.onceonly.core.govern.PolicyTemplates;
import dev.onceonly.core.service.PolicySteps.PutResult;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// Policies of agents: put, made from templates, read, deleted; every change is in the agent's
/// audit chain with the key that made it. Thread-safe. Commands throw the failures of
/// [dev.onceonly.core.step.Lane#run].
public final class Policies {
  private final Store store;
  private final PolicyTemplates templates;
  private final boolean requireRegisteredTools;

  /// Wires the service.
  ///
  /// @param requireRegisteredTools whether a policy may name registered tools only; patterns with
  ///   `*` may name anything
  public Policies(Store store, PolicyTemplates templates, boolean requireRegisteredTools) {
    this.store = store;
    this.templates = templates;
    this.requireRegisteredTools = requireRegisteredTools;
  }

  /// Puts the policy, without what the caller's plan lacks, in the place of the agent's current
  /// one. Equal content changes nothing.
  ///
  /// @return what was kept
  /// @throws Failure `UNKNOWN_TOOLS`
  public PolicyRow put(Caller caller, PolicyKey key, Policy policy) {
    return put(caller, key, policy, "");
  }

  /// As [#put(Caller, PolicyKey, Policy)], with a template of which the overrides replace whole
  /// fields.
  ///
  /// @throws Failure `FEATURE_NOT_AVAILABLE`, `UNKNOWN_TEMPLATE`, `UNKNOWN_TOOLS`
  public PolicyRow putFromTemplate(
      Caller caller, PolicyKey key, String template, Policy overrides) {
    PlanFeatures.require(caller.plan().governance().pricing(), caller.plan(), "policy templates");
    Policy policy =
        templates
            .find(template, overrides)
            .orElseThrow(() ->
                new Failure(
                    ErrorCode.UNKNOWN_TEMPLATE,
                    "no template " + template,
                    Map.of("template", template),
                    0));
    return put(caller, key, policy, ", template " + template);
  }

  /// Policies of a namespace, in the order of their agents' ids. They are read in pieces while they
  /// are taken, which may throw what reading throws.
  ///
  /// @param limit at most so many; [Integer#MAX_VALUE] is all
  public Iterator<FoundPolicy> list(long namespaceId, int limit, int offset) {
    return new PolicyPieces(store, namespaceId, limit, offset);
  }

  /// Finds an agent's policy.
  ///
  /// @throws Failure `POLICY_NOT_FOUND`
  public PolicyRow get(PolicyKey key) {
    PolicyRow row = store.get(key);
    if (row == null) {
      throw notFound(key);
    }
    return row;
  }

  /// Deletes an agent's policy.
  ///
  /// @throws Failure `POLICY_NOT_FOUND`
  public void delete(Caller caller, PolicyKey key) {
    if (!store.run(new PolicySteps.Delete(key, caller.keyId()))) {
      throw notFound(key);
    }
  }

  private PolicyRow put(Caller caller, PolicyKey key, Policy policy, String origin) {
    Policy kept = PlanFeatures.kept(policy, caller.plan());
    List<String> mustExist = requireRegisteredTools ? exactNames(kept) : List.of();
    PutResult result = store.run(new PolicySteps.Put(key, kept, mustExist, caller.keyId(), origin));
    return switch (result) {
      case PutResult.Put(var row) -> row;
      case PutResult.UnknownTools(var names) ->
          throw new Failure(
              ErrorCode.UNKNOWN_TOOLS, "tools that are not registered", Map.of("tools", names), 0);
    };
  }

  private static List<String> exactNames(Policy policy) {
    SortedSet<String> names = new TreeSet<>();
    if (policy.allowedTools() != null) {
      names.addAll(policy.allowedTools());
    }
    if (policy.blockedTools() != null) {
      names.addAll(policy.blockedTools());
    }
    if (policy.caps().maxCallsPerTool() != null) {
      names.addAll(policy.caps().maxCallsPerTool().keySet());
    }
    if (policy.pricingRules() != null) {
      policy.pricingRules().forEach(rule -> names.add(rule.tool()));
    }
    return names.stream().filter(name -> name.indexOf('*') < 0).toList();
  }

  private static Failure notFound(PolicyKey key) {
    return new Failure(
        ErrorCode.POLICY_NOT_FOUND,
        "no policy of " + key.agentId(),
        Map.of("agent_id", key.agentId()),
        0);
  }
}
