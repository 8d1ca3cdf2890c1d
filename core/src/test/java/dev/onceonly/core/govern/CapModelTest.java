package dev.onceonly.core.govern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.govern.GovernRules.Facts;
import dev.onceonly.core.govern.GovernRules.Standing;
import dev.onceonly.core.govern.GovernRules.Used;
import dev.onceonly.core.govern.GovernRules.Verdict;
import dev.onceonly.core.govern.Policy.Caps;
import java.math.BigInteger;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Caps against a model that is too simple to be wrong: sums of whole numbers of any size. The
/// number of cases follows the system property `onceonly.test.length`.
final class CapModelTest {
  private static final int CASES =
      "full".equals(System.getProperty("onceonly.test.length", "short")) ? 5_000_000 : 1_000_000;

  private static final ToolRow TOOL =
      new ToolRow(
          new ToolRow.Endpoint("https://x", new ToolRow.Secret("s", "sec_0", "***"), null, false),
          new ToolRow.Delivery(1_000, 0),
          true,
          null,
          0);

  @Test
  void nothingIsAllowedThatPassesACapAndNothingElseIsBlocked() {
    SplittableRandom random = new SplittableRandom(20_261_126);
    int allowed = 0;
    for (int i = 0; i < CASES; i++) {
      Caps caps = caps(random);
      Used used = new Used(amount(random), amount(random), amount(random));
      long cost = amount(random);
      Facts facts =
          new Facts(
              "tool",
              cost,
              new Standing(true, true, new Policy(null, null, caps, null), false),
              TOOL,
              false,
              used);
      boolean go = GovernRules.decide(facts) instanceof Verdict.Go;
      if (go != isWithin(caps, used, cost)) {
        assertThat(go).as("%s %s %d", caps, used, cost).isEqualTo(!go);
      }
      allowed += go ? 1 : 0;
    }
    assertThat(allowed).as("both outcomes are met").isBetween(CASES / 20, CASES - CASES / 20);
  }

  private static boolean isWithin(Caps caps, Used used, long cost) {
    Map<String, Long> calls = caps.maxCallsPerTool();
    return fits(caps.maxActionsPerHour(), used.actions(), 1)
        && fits(calls == null ? null : calls.get("tool"), used.toolCalls(), 1)
        && fits(caps.maxSpendNanoUsdPerDay(), used.spentNanoUsd(), cost);
  }

  private static boolean fits(@Nullable Long cap, long used, long more) {
    BigInteger sum = BigInteger.valueOf(used).add(BigInteger.valueOf(more));
    return cap == null || sum.compareTo(BigInteger.valueOf(cap)) <= 0;
  }

  private static Caps caps(SplittableRandom random) {
    return new Caps(
        random.nextBoolean() ? amount(random) : null,
        random.nextBoolean() ? amount(random) : null,
        random.nextBoolean() ? Map.of("tool", amount(random)) : null);
  }

  /// Small ones, which meet one another at the edge, and a few huge ones.
  private static long amount(SplittableRandom random) {
    return random.nextInt(20) == 0 ? Long.MAX_VALUE - 1 - random.nextInt(3) : random.nextInt(8);
  }
}
