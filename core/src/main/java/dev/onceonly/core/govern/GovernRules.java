package dev.onceonly.core.govern;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides governed calls, check by check in the order of the contract (5.3). The first check that
/// does not pass decides. Pure.
public final class GovernRules {
  private GovernRules() {}

  /// The checks, in their order; each but `tool` and `dedup` blocks with its reason.
  public enum Check {
    NAMESPACE_SWITCH,
    AGENT_SWITCH,
    POLICY,
    BLOCKED_TOOLS,
    ALLOWED_TOOLS,
    TOOL,
    TOOL_ENABLED,
    DEDUP,
    MAX_ACTIONS_PER_HOUR,
    MAX_CALLS_PER_TOOL,
    MAX_SPEND_USD_PER_DAY
  }

  /// What a decision looks at.
  ///
  /// @param spendNanoUsd as the caller says; a pricing rule may make it more
  /// @param registered the tool as this agent finds it; null where there is none
  /// @param repeated whether an identical call is in flight, unknown, or executed within its window
  public record Facts(
      String tool,
      long spendNanoUsd,
      Standing standing,
      @Nullable ToolRow registered,
      boolean repeated,
      Used used) {

    /// What the call costs: what the caller says or what the best pricing rule says, if that is
    /// more.
    public long costNanoUsd() {
      return Math.max(spendNanoUsd, priceNanoUsd(standing.policy, tool));
    }
  }

  /// How the agent stands.
  ///
  /// @param namespaceOn the namespace's own switch
  /// @param agentOn the agent's switch
  /// @param policyNeeded whether an agent without a policy may do nothing
  public record Standing(
      boolean namespaceOn, boolean agentOn, @Nullable Policy policy, boolean policyNeeded) {}

  /// What the agent has used: reserved and settled together.
  ///
  /// @param actions in this UTC hour
  /// @param toolCalls of this tool in this UTC day
  /// @param spentNanoUsd in this UTC day
  public record Used(long actions, long toolCalls, long spentNanoUsd) {}

  /// What is decided.
  public sealed interface Verdict {

    /// It may be done.
    record Go(long costNanoUsd) implements Verdict {}

    record Blocked(Reason reason) implements Verdict {}

    /// No tool of this name, neither the agent's own nor a global one.
    record NoTool() implements Verdict {}

    /// Everything before allowed it, and an identical call was there before.
    record Repeated() implements Verdict {}
  }

  /// One check and how it went, for people.
  public record Finding(Check check, boolean passed, String detail) {}

  public static Verdict decide(Facts facts) {
    for (Check check : Check.values()) {
      if (!passes(check, facts)) {
        return failing(check);
      }
    }
    return new Verdict.Go(facts.costNanoUsd());
  }

  /// Every check, those after the deciding one too.
  public static List<Finding> explain(Facts facts) {
    List<Finding> findings = new ArrayList<>(Check.values().length);
    for (Check check : Check.values()) {
      findings.add(new Finding(check, passes(check, facts), detail(check, facts)));
    }
    return List.copyOf(findings);
  }

  /// Whether a dedup entry still speaks for its call: an executed one until its window ends, one in
  /// flight or unknown as long as it is there.
  public static boolean isLive(@Nullable DedupRow row, Instant now) {
    return row != null
        && (row.state() != CallState.EXECUTED || now.toEpochMilli() < row.expiresAtMs());
  }

  private static Verdict failing(Check check) {
    return switch (check) {
      case NAMESPACE_SWITCH, AGENT_SWITCH -> new Verdict.Blocked(Reason.AGENT_DISABLED);
      case POLICY -> new Verdict.Blocked(Reason.NO_POLICY);
      case BLOCKED_TOOLS -> new Verdict.Blocked(Reason.TOOL_EXPLICITLY_BLOCKED);
      case ALLOWED_TOOLS -> new Verdict.Blocked(Reason.TOOL_NOT_IN_ALLOWED_LIST);
      case TOOL -> new Verdict.NoTool();
      case TOOL_ENABLED -> new Verdict.Blocked(Reason.TOOL_DISABLED);
      case DEDUP -> new Verdict.Repeated();
      case MAX_ACTIONS_PER_HOUR -> new Verdict.Blocked(Reason.MAX_ACTIONS_PER_HOUR_EXCEEDED);
      case MAX_CALLS_PER_TOOL -> new Verdict.Blocked(Reason.MAX_CALLS_PER_TOOL_EXCEEDED);
      case MAX_SPEND_USD_PER_DAY -> new Verdict.Blocked(Reason.MAX_SPEND_USD_PER_DAY_EXCEEDED);
    };
  }

  private static boolean passes(Check check, Facts facts) {
    Standing standing = facts.standing;
    Policy policy = standing.policy;
    return switch (check) {
      case NAMESPACE_SWITCH -> standing.namespaceOn;
      case AGENT_SWITCH -> standing.agentOn;
      case POLICY -> policy != null || !standing.policyNeeded;
      case BLOCKED_TOOLS ->
          policy == null
              || policy.blockedTools() == null
              || !ToolPatterns.anyMatches(policy.blockedTools(), facts.tool);
      case ALLOWED_TOOLS ->
          policy == null
              || policy.allowedTools() == null
              || ToolPatterns.anyMatches(policy.allowedTools(), facts.tool);
      case TOOL -> facts.registered != null;
      case TOOL_ENABLED -> facts.registered == null || facts.registered.enabled();
      case DEDUP -> !facts.repeated;
      case MAX_ACTIONS_PER_HOUR -> holds(hourCap(policy), facts.used.actions, 1);
      case MAX_CALLS_PER_TOOL -> holds(toolCap(policy, facts.tool), facts.used.toolCalls, 1);
      case MAX_SPEND_USD_PER_DAY ->
          holds(spendCap(policy), facts.used.spentNanoUsd, facts.costNanoUsd());
    };
  }

  private static boolean holds(@Nullable Long cap, long used, long more) {
    return cap == null || Money.plus(used, more) <= cap;
  }

  private static @Nullable Long hourCap(@Nullable Policy policy) {
    return policy == null ? null : policy.caps().maxActionsPerHour();
  }

  private static @Nullable Long spendCap(@Nullable Policy policy) {
    return policy == null ? null : policy.caps().maxSpendNanoUsdPerDay();
  }

  private static @Nullable Long toolCap(@Nullable Policy policy, String tool) {
    if (policy == null || policy.caps().maxCallsPerTool() == null) {
      return null;
    }
    var caps = policy.caps().maxCallsPerTool();
    Optional<String> best = ToolPatterns.best(caps.keySet(), tool);
    return best.isPresent() ? caps.get(best.get()) : null;
  }

  private static long priceNanoUsd(@Nullable Policy policy, String tool) {
    if (policy == null || policy.pricingRules() == null) {
      return 0;
    }
    List<String> names = policy.pricingRules().stream().map(Policy.PricingRule::tool).toList();
    Optional<String> best = ToolPatterns.best(names, tool);
    // Of two rules with one name the dearer one holds.
    return best.isEmpty()
        ? 0
        : policy.pricingRules().stream()
            .filter(rule -> rule.tool().equals(best.get()))
            .mapToLong(Policy.PricingRule::priceNanoUsd)
            .max()
            .orElse(0);
  }

  private static String detail(Check check, Facts facts) {
    Standing standing = facts.standing;
    Policy policy = standing.policy;
    return switch (check) {
      case NAMESPACE_SWITCH -> standing.namespaceOn ? "on" : "off for every agent";
      case AGENT_SWITCH -> standing.agentOn ? "on" : "off";
      case POLICY ->
          policy != null ? "found" : standing.policyNeeded ? "none, and one is needed" : "none";
      case BLOCKED_TOOLS -> listed(policy == null ? null : policy.blockedTools(), facts.tool);
      case ALLOWED_TOOLS -> listed(policy == null ? null : policy.allowedTools(), facts.tool);
      case TOOL -> facts.registered == null ? "not registered" : "registered";
      case TOOL_ENABLED ->
          facts.registered == null
              ? "not registered"
              : facts.registered.enabled() ? "enabled" : "disabled";
      case DEDUP -> facts.repeated ? "an identical call was there before" : "new";
      case MAX_ACTIONS_PER_HOUR -> capped(hourCap(policy), facts.used.actions, 1);
      case MAX_CALLS_PER_TOOL -> capped(toolCap(policy, facts.tool), facts.used.toolCalls, 1);
      case MAX_SPEND_USD_PER_DAY -> spend(spendCap(policy), facts);
    };
  }

  private static String listed(@Nullable List<String> patterns, String tool) {
    if (patterns == null) {
      return "no list";
    }
    return ToolPatterns.best(patterns, tool).map(best -> "listed as " + best).orElse("not listed");
  }

  private static String capped(@Nullable Long cap, long used, long more) {
    return cap == null
        ? "no cap, " + used + " used"
        : used + " used and " + more + " more of " + cap;
  }

  private static String spend(@Nullable Long cap, Facts facts) {
    String spent = usd(facts.used.spentNanoUsd) + " spent or reserved";
    return cap == null
        ? "no cap, " + spent
        : spent + " and " + usd(facts.costNanoUsd()) + " more of " + usd(cap);
  }

  private static String usd(long nanoUsd) {
    BigDecimal usd = Money.toUsd(nanoUsd);
    return usd.toPlainString() + " USD";
  }
}
