package dev.onceonly.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.account.Plan.TtlBounds;
import org.junit.jupiter.api.Test;

/// The TTL that a request gets.
final class TtlBoundsTest {
  private static final TtlBounds FREE = new TtlBounds(60, 3_600);

  @Test
  void noTtlGetsThePlansDefault() {
    assertThat(FREE.effectiveMs(null)).isEqualTo(60_000);
  }

  @Test
  void aTtlIsClampedToTenSecondsAndThePlansMaximum() {
    assertThat(FREE.effectiveMs(1L)).isEqualTo(10_000);
    assertThat(FREE.effectiveMs(9L)).isEqualTo(10_000);
    assertThat(FREE.effectiveMs(10L)).isEqualTo(10_000);
    assertThat(FREE.effectiveMs(11L)).isEqualTo(11_000);
    assertThat(FREE.effectiveMs(3_600L)).isEqualTo(3_600_000);
    assertThat(FREE.effectiveMs(3_601L)).isEqualTo(3_600_000);
    assertThat(FREE.effectiveMs(Long.MAX_VALUE)).isEqualTo(3_600_000);
  }

  @Test
  void boundsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> new TtlBounds(9, 3_600)).hasMessageContaining("default 9");
    assertThatThrownBy(() -> new TtlBounds(61, 60)).hasMessageContaining("max 60");
    assertThatThrownBy(() -> new TtlBounds(10, 9)).hasMessageContaining("max 9");
    assertThat(new TtlBounds(10, 10).effectiveMs(77L)).isEqualTo(10_000);
  }

  @Test
  void thePublishedPlansHaveThePublishedTtls() {
    Plans plans = Plans.of(Plans.BUILT_IN);
    assertTtl(plans, "free", 60, 3_600);
    assertTtl(plans, "starter", 3_600, 86_400);
    assertTtl(plans, "pro", 21_600, 7 * 86_400);
    assertTtl(plans, "agency", 86_400, 30 * 86_400);
    assertTtl(plans, "unlimited", 86_400, 30 * 86_400);
    assertThat(plans.find("FREE")).isEmpty();
  }

  @Test
  void onlyTheFreePlanStopsAtItsLimit() {
    for (Plan plan : Plans.BUILT_IN) {
      assertThat(plan.hardStop()).as(plan.name()).isEqualTo(plan.name().equals("free"));
    }
  }

  private static void assertTtl(Plans plans, String name, long defaultSeconds, long maxSeconds) {
    assertThat(plans.find(name))
        .hasValueSatisfying(
            plan -> assertThat(plan.ttl()).isEqualTo(new TtlBounds(defaultSeconds, maxSeconds)));
  }
}
