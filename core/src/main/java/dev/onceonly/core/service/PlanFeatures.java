package dev.onceonly.core.service;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.Policy.Caps;
import java.util.Locale;
import java.util.Map;

/// What a plan has of governance, and how a caller is told that it has not.
final class PlanFeatures {
  private PlanFeatures() {}

  /// The policy without the fields that the plan lacks (contract 5.1): they are left out silently.
  static Policy kept(Policy given, Plan plan) {
    Plan.Governance has = plan.governance();
    return new Policy(
        given.allowedTools(),
        given.blockedTools(),
        has.caps() ? given.caps() : Caps.NONE,
        has.pricing() ? given.pricingRules() : null);
  }

  /// Refuses what the plan lacks.
  ///
  /// @param feature without an article, such as `agent logs`
  /// @throws Failure `FEATURE_NOT_AVAILABLE` unless the plan has it
  static void require(boolean has, Plan plan, String feature) {
    if (!has) {
      String message = shown(plan) + " plan has no " + feature;
      throw new Failure(ErrorCode.FEATURE_NOT_AVAILABLE, message, Map.of("message", message), 0);
    }
  }

  /// A further tool is more than the plan has room for.
  static Failure tooManyTools(Plan plan, long toolsMax) {
    String message = shown(plan) + " plan limit: max " + toolsMax + " tools";
    return new Failure(ErrorCode.PLAN_LIMIT, message, Map.of("message", message), 0);
  }

  private static String shown(Plan plan) {
    return plan.name().toUpperCase(Locale.ROOT);
  }
}
