package dev.onceonly.core.govern;

import dev.onceonly.core.Sha256;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An agent's limits and lists, holding just what was given and kept; null is absent. Names of
/// tools match `[a-zA-Z0-9_.:*-]{1,256}`, so they need no escape anywhere.
///
/// @param allowedTools absent allows any tool that is not blocked; an empty list allows none
/// @param blockedTools beats the allowed ones
public record Policy(
    @Nullable List<String> allowedTools,
    @Nullable List<String> blockedTools,
    Caps caps,
    @Nullable List<PricingRule> pricingRules) {
  public static final String TOOL_FORM = "[a-zA-Z0-9_.:*-]{1,256}";
  public static final int ENTRIES_MAX = 1_000;

  /// Limits nothing.
  public static final Policy EMPTY = new Policy(null, null, Caps.NONE, null);

  private static final int VERSION_DIGITS = 12;

  /// Bounds in a UTC clock hour or a UTC day; null is no bound.
  ///
  /// @param maxCallsPerTool of each tool that the entry matches, in a day
  public record Caps(
      @Nullable Long maxActionsPerHour,
      @Nullable Long maxSpendNanoUsdPerDay,
      @Nullable Map<String, Long> maxCallsPerTool) {
    public static final Caps NONE = new Caps(null, null, null);

    public Caps {
      maxCallsPerTool = maxCallsPerTool == null ? null : Map.copyOf(maxCallsPerTool);
    }
  }

  /// What one call of a tool costs at least.
  public record PricingRule(String tool, long priceNanoUsd) {}

  public Policy {
    allowedTools = allowedTools == null ? null : List.copyOf(allowedTools);
    blockedTools = blockedTools == null ? null : List.copyOf(blockedTools);
    pricingRules = pricingRules == null ? null : List.copyOf(pricingRules);
  }

  /// 12 lower-case hexadecimal digits that change with the policy: the start of the SHA-256 of its
  /// canonical JSON.
  public String version() {
    return Sha256.hex(canonical()).substring(0, VERSION_DIGITS);
  }

  /// Compact JSON with sorted names; amounts in nano-USD.
  String canonical() {
    TreeMap<String, String> fields = new TreeMap<>();
    if (allowedTools != null) {
      fields.put("allowed_tools", list(allowedTools));
    }
    if (blockedTools != null) {
      fields.put("blocked_tools", list(blockedTools));
    }
    if (caps.maxActionsPerHour != null) {
      fields.put("max_actions_per_hour", caps.maxActionsPerHour.toString());
    }
    if (caps.maxSpendNanoUsdPerDay != null) {
      fields.put("max_spend_nano_usd_per_day", caps.maxSpendNanoUsdPerDay.toString());
    }
    if (caps.maxCallsPerTool != null) {
      TreeMap<String, String> calls = new TreeMap<>();
      caps.maxCallsPerTool.forEach((tool, max) -> calls.put(tool, max.toString()));
      fields.put("max_calls_per_tool", object(calls));
    }
    if (pricingRules != null) {
      fields.put(
          "pricing_rules",
          "["
              + String.join(
                  ",",
                  pricingRules.stream()
                      .map(rule -> "[\"" + rule.tool() + "\"," + rule.priceNanoUsd() + "]")
                      .toList())
              + "]");
    }
    return object(fields);
  }

  private static String list(List<String> names) {
    return "[" + String.join(",", names.stream().map(name -> "\"" + name + "\"").toList()) + "]";
  }

  private static String object(Map<String, String> fields) {
    return "{"
        + String.join(
            ",",
            fields.entrySet().stream()
                .map(field -> "\"" + field.getKey() + "\":" + field.getValue())
                .toList())
        + "}";
  }
}
