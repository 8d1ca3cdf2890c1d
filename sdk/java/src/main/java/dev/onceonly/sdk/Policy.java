package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An agent's limits and lists. What the policy does not say is null.
///
/// @param agentId whose it is
/// @param policy the document as it is kept, without what the plan does not offer
/// @param allowedTools the only tools that may be called
/// @param blockedTools tools that may not be called
/// @param maxActionsPerHour how many calls in an hour
/// @param maxSpendUsdPerDay how much may be spent in a day, in USD
/// @param maxCallsPerTool how many calls of a tool in a day
/// @param pricingRules what a call of a tool costs at least
/// @param raw the whole answer, unmodifiable
public record Policy(
    @Nullable String agentId,
    Map<String, @Nullable Object> policy,
    @Nullable List<String> allowedTools,
    @Nullable List<String> blockedTools,
    @Nullable Long maxActionsPerHour,
    @Nullable BigDecimal maxSpendUsdPerDay,
    @Nullable Map<String, Long> maxCallsPerTool,
    @Nullable List<PricingRule> pricingRules,
    Map<String, @Nullable Object> raw) {
  /// What a call of a tool costs at least.
  ///
  /// @param tool its name, or a pattern
  /// @param priceUsd the price of one call, in USD
  /// @param raw the whole object, unmodifiable
  public record PricingRule(
      @Nullable String tool, @Nullable BigDecimal priceUsd, Map<String, @Nullable Object> raw) {
    static PricingRule read(Fields fields) {
      return new PricingRule(fields.text("tool"), fields.money("price_usd"), fields.raw());
    }
  }
}
