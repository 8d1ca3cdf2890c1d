package dev.onceonly.core.account;

import dev.onceonly.core.account.Plan.TtlBounds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The plans that this server knows, by name. Immutable.
public record Plans(Map<String, Plan> byName) {

  /// The published four and `unlimited`.
  public static final List<Plan> BUILT_IN =
      List.of(
          new Plan(
              "free",
              1_000L,
              3_000L,
              true,
              new TtlBounds(60, 3_600),
              governance(1L, false, false, false)),
          new Plan(
              "starter",
              20_000L,
              100_000L,
              false,
              new TtlBounds(3_600, 86_400),
              governance(20L, true, false, false)),
          new Plan(
              "pro",
              200_000L,
              1_000_000L,
              false,
              new TtlBounds(21_600, 604_800),
              governance(100L, true, true, true)),
          new Plan(
              "agency",
              2_000_000L,
              10_000_000L,
              false,
              new TtlBounds(86_400, 2_592_000),
              governance(1_000L, true, true, true)),
          new Plan("unlimited", null, null, false, new TtlBounds(86_400, 2_592_000)));

  private static Plan.Governance governance(
      Long toolsMax, boolean caps, boolean pricing, boolean insight) {
    return new Plan.Governance(toolsMax, caps, pricing, insight);
  }

  public Plans {
    byName = Map.copyOf(byName);
  }

  public static Plans of(List<Plan> plans) {
    Map<String, Plan> byName = new LinkedHashMap<>();
    plans.forEach(plan -> byName.put(plan.name(), plan));
    return new Plans(byName);
  }

  public Optional<Plan> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
