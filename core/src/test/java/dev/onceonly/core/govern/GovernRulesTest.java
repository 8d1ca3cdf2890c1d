package dev.onceonly.core.govern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.govern.GovernRules.Check;
import dev.onceonly.core.govern.GovernRules.Facts;
import dev.onceonly.core.govern.GovernRules.Finding;
import dev.onceonly.core.govern.GovernRules.Standing;
import dev.onceonly.core.govern.GovernRules.Used;
import dev.onceonly.core.govern.GovernRules.Verdict;
import dev.onceonly.core.govern.Policy.Caps;
import dev.onceonly.core.govern.Policy.PricingRule;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class GovernRulesTest {
  private static final Used NOTHING = new Used(0, 0, 0);
  private static final long CENT = 10_000_000;

  private static ToolRow tool(boolean enabled) {
    return new ToolRow(
        new ToolRow.Endpoint(
            "https://tools.example.org/x",
            new ToolRow.Secret("sealed", "sec_00000000", "***abc"),
            null,
            false),
        new ToolRow.Delivery(1_000, 2),
        enabled,
        null,
        0);
  }

  private static Policy lists(@Nullable List<String> allowed, @Nullable List<String> blocked) {
    return new Policy(allowed, blocked, Caps.NONE, null);
  }

  private static Policy caps(
      @Nullable Long actions, @Nullable Long spend, @Nullable Map<String, Long> calls) {
    return new Policy(null, null, new Caps(actions, spend, calls), null);
  }

  private static Facts facts(@Nullable Policy policy, Used used) {
    return new Facts(
        "mail.send", CENT, new Standing(true, true, policy, false), tool(true), false, used);
  }

  private static Verdict decide(@Nullable Policy policy) {
    return GovernRules.decide(facts(policy, NOTHING));
  }

  private static Verdict blocked(Reason reason) {
    return new Verdict.Blocked(reason);
  }

  @Test
  void anAgentWithoutAPolicyMayCallAnyRegisteredTool() {
    assertThat(decide(null)).isEqualTo(new Verdict.Go(CENT));
  }

  @Test
  void whereAPolicyIsNeededAnAgentWithoutOneIsBlocked() {
    Facts facts =
        new Facts("t", 0, new Standing(true, true, null, true), tool(true), false, NOTHING);
    assertThat(GovernRules.decide(facts)).isEqualTo(blocked(Reason.NO_POLICY));
  }

  @Test
  void theBlockListBeatsTheAllowList() {
    assertThat(decide(lists(List.of("mail.send"), List.of("mail.*"))))
        .isEqualTo(blocked(Reason.TOOL_EXPLICITLY_BLOCKED));
  }

  @Test
  void anEmptyAllowListAllowsNothing() {
    assertThat(decide(lists(List.of(), null))).isEqualTo(blocked(Reason.TOOL_NOT_IN_ALLOWED_LIST));
    assertThat(decide(lists(List.of("mail.s*d"), null))).isEqualTo(new Verdict.Go(CENT));
    assertThat(decide(lists(List.of("MAIL.*"), null)))
        .isEqualTo(blocked(Reason.TOOL_NOT_IN_ALLOWED_LIST));
  }

  @Test
  void theFirstCheckThatDoesNotPassDecides() {
    Policy policy = new Policy(List.of(), List.of("*"), new Caps(0L, 0L, Map.of("*", 0L)), null);
    Used used = new Used(1, 1, 1);
    Facts all = new Facts("t", 1, new Standing(false, false, policy, true), null, true, used);
    assertThat(GovernRules.decide(all)).isEqualTo(blocked(Reason.AGENT_DISABLED));
    Facts on = new Facts("t", 1, new Standing(true, true, policy, true), null, true, used);
    assertThat(GovernRules.decide(on)).isEqualTo(blocked(Reason.TOOL_EXPLICITLY_BLOCKED));
    Policy open = new Policy(null, null, policy.caps(), null);
    Facts unblocked = new Facts("t", 1, new Standing(true, true, open, true), null, true, used);
    assertThat(GovernRules.decide(unblocked)).isEqualTo(new Verdict.NoTool());
    Facts off = new Facts("t", 1, new Standing(true, true, open, true), tool(false), true, used);
    assertThat(GovernRules.decide(off)).isEqualTo(blocked(Reason.TOOL_DISABLED));
    Facts repeated =
        new Facts("t", 1, new Standing(true, true, open, true), tool(true), true, used);
    assertThat(GovernRules.decide(repeated)).isEqualTo(new Verdict.Repeated());
    Facts capped = new Facts("t", 1, new Standing(true, true, open, true), tool(true), false, used);
    assertThat(GovernRules.decide(capped)).isEqualTo(blocked(Reason.MAX_ACTIONS_PER_HOUR_EXCEEDED));
  }

  @Test
  void eachCapHoldsAtItsLastUnit() {
    Policy hour = caps(3L, null, null);
    assertThat(GovernRules.decide(facts(hour, new Used(2, 0, 0)))).isEqualTo(new Verdict.Go(CENT));
    assertThat(GovernRules.decide(facts(hour, new Used(3, 0, 0))))
        .isEqualTo(blocked(Reason.MAX_ACTIONS_PER_HOUR_EXCEEDED));
    Policy calls = caps(null, null, Map.of("mail.*", 2L));
    assertThat(GovernRules.decide(facts(calls, new Used(9, 1, 0)))).isEqualTo(new Verdict.Go(CENT));
    assertThat(GovernRules.decide(facts(calls, new Used(9, 2, 0))))
        .isEqualTo(blocked(Reason.MAX_CALLS_PER_TOOL_EXCEEDED));
    Policy spend = caps(null, 3 * CENT, null);
    assertThat(GovernRules.decide(facts(spend, new Used(0, 0, 2 * CENT))))
        .isEqualTo(new Verdict.Go(CENT));
    assertThat(GovernRules.decide(facts(spend, new Used(0, 0, 2 * CENT + 1))))
        .isEqualTo(blocked(Reason.MAX_SPEND_USD_PER_DAY_EXCEEDED));
  }

  @Test
  void anOverflowingSumIsOverTheCap() {
    Policy spend = caps(null, Long.MAX_VALUE - 1, null);
    assertThat(GovernRules.decide(facts(spend, new Used(0, 0, Long.MAX_VALUE - 5))))
        .isEqualTo(blocked(Reason.MAX_SPEND_USD_PER_DAY_EXCEEDED));
  }

  @Test
  void theExactNameBeatsTheLongestPattern() {
    Policy policy = caps(null, null, Map.of("mail.send", 1L, "mail.sen*", 5L, "*", 9L));
    assertThat(GovernRules.decide(facts(policy, new Used(0, 1, 0))))
        .isEqualTo(blocked(Reason.MAX_CALLS_PER_TOOL_EXCEEDED));
    Policy patterns = caps(null, null, Map.of("mail.sen*", 5L, "m*", 1L));
    assertThat(GovernRules.decide(facts(patterns, new Used(0, 4, 0))))
        .isEqualTo(new Verdict.Go(CENT));
  }

  @Test
  void theCostIsTheLargerOfWhatIsSaidAndThePrice() {
    Policy dear = priced(new PricingRule("mail.*", 5 * CENT), new PricingRule("*", 90 * CENT));
    assertThat(GovernRules.decide(facts(dear, NOTHING))).isEqualTo(new Verdict.Go(5 * CENT));
    Policy cheap = priced(new PricingRule("mail.send", 1), new PricingRule("mail.*", 5 * CENT));
    assertThat(GovernRules.decide(facts(cheap, NOTHING))).isEqualTo(new Verdict.Go(CENT));
  }

  private static Policy priced(PricingRule... rules) {
    return new Policy(null, null, Caps.NONE, List.of(rules));
  }

  @Test
  void everyCheckIsExplainedInItsOrder() {
    Policy policy = caps(1L, CENT, Map.of("mail.send", 1L));
    List<Finding> findings = GovernRules.explain(facts(policy, new Used(1, 0, 0)));
    assertThat(findings).extracting(Finding::check).containsExactly(Check.values());
    assertThat(findings)
        .filteredOn(finding -> !finding.passed())
        .containsExactly(new Finding(Check.MAX_ACTIONS_PER_HOUR, false, "1 used and 1 more of 1"));
    assertThat(findings.getLast().detail())
        .isEqualTo("0 USD spent or reserved and 0.01 USD more of 0.01 USD");
  }

  @Test
  void anExecutedCallIsRepeatedUntilItsWindowEnds() {
    Instant now = Instant.ofEpochMilli(1_000);
    assertThat(GovernRules.isLive(null, now)).isFalse();
    assertThat(GovernRules.isLive(dedup(CallState.EXECUTED, 1_000), now)).isFalse();
    assertThat(GovernRules.isLive(dedup(CallState.EXECUTED, 1_001), now)).isTrue();
    assertThat(GovernRules.isLive(dedup(CallState.RESERVED, 0), now)).isTrue();
    assertThat(GovernRules.isLive(dedup(CallState.UNKNOWN, 0), now)).isTrue();
  }

  private static DedupRow dedup(CallState state, long expiresAtMs) {
    return new DedupRow(1, state, "hash", null, 0, expiresAtMs);
  }
}
