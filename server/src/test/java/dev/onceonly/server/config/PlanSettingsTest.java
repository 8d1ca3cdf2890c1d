package dev.onceonly.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Plan;
import dev.onceonly.core.account.Plan.Governance;
import dev.onceonly.core.account.Plan.TtlBounds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What settings make of the published plans.
class PlanSettingsTest {
  private static final Plan FREE =
      new Plan(
          "free",
          1_000L,
          3_000L,
          true,
          new TtlBounds(60, 3_600),
          new Governance(1L, false, false, false));

  static final List<Plan> PUBLISHED =
      List.of(
          FREE,
          new Plan(
              "starter",
              20_000L,
              100_000L,
              false,
              new TtlBounds(3_600, 86_400),
              new Governance(20L, true, false, false)),
          new Plan(
              "pro",
              200_000L,
              1_000_000L,
              false,
              new TtlBounds(21_600, 604_800),
              new Governance(100L, true, true, true)),
          new Plan(
              "agency",
              2_000_000L,
              10_000_000L,
              false,
              new TtlBounds(86_400, 2_592_000),
              new Governance(1_000L, true, true, true)),
          new Plan(
              "unlimited",
              null,
              null,
              false,
              new TtlBounds(86_400, 2_592_000),
              new Governance(null, true, true, true)));

  @Test
  void aLimitOfAPlanMayBeNone() {
    Plan free =
        Settings.of(Map.of("plan_free_make", "none", "plan_free_ai", "5"))
            .behaviour()
            .plans()
            .byName()
            .get("free");

    assertThat(free).isEqualTo(new Plan("free", null, 5L, true, FREE.ttl(), FREE.governance()));
  }

  @Test
  void whatAPlanHasOfGovernanceIsASettingToo() {
    Plan free =
        Settings.of(
                Map.of(
                    "plan_free_tools_max", "none",
                    "plan_free_caps", "on",
                    "plan_free_pricing", "true",
                    "plan_free_insight", "yes"))
            .behaviour()
            .plans()
            .byName()
            .get("free");

    assertThat(free)
        .isEqualTo(
            new Plan(
                "free", 1_000L, 3_000L, true, FREE.ttl(), new Governance(null, true, true, true)));
  }
}
