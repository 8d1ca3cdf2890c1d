package dev.onceonly.server.config;

import dev.onceonly.core.account.Plan;
import dev.onceonly.core.account.Plans;
import java.util.ArrayList;
import java.util.List;

/// Plans as settings make them.
final class PlanSettings {
  private PlanSettings() {}

  /// The built-in plans with what settings override, such as `plan_free_make`.
  static Plans read(SettingSource source) {
    List<Plan> plans = new ArrayList<>();
    for (Plan plan : Plans.BUILT_IN) {
      String prefix = "plan_" + plan.name() + "_";
      long max =
          source.number(
              prefix + "ttl_max_seconds",
              Plan.TtlBounds.MIN_SECONDS,
              Integer.MAX_VALUE,
              plan.ttl().maxSeconds());
      plans.add(
          new Plan(
              plan.name(),
              source.limit(prefix + "make", plan.make()),
              source.limit(prefix + "ai", plan.ai()),
              source.flag(prefix + "hard_stop", plan.hardStop()),
              new Plan.TtlBounds(
                  source.number(
                      prefix + "ttl_default_seconds",
                      Plan.TtlBounds.MIN_SECONDS,
                      max,
                      Math.min(max, plan.ttl().defaultSeconds())),
                  max),
              governance(source, prefix, plan.governance())));
    }
    return Plans.of(plans);
  }

  private static Plan.Governance governance(
      SettingSource source, String prefix, Plan.Governance builtIn) {
    return new Plan.Governance(
        source.limit(prefix + "tools_max", builtIn.toolsMax()),
        source.flag(prefix + "caps", builtIn.caps()),
        source.flag(prefix + "pricing", builtIn.pricing()),
        source.flag(prefix + "insight", builtIn.insight()));
  }
}
