package dev.onceonly.http.api;

import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.Policy.Caps;
import dev.onceonly.core.govern.Policy.PricingRule;
import dev.onceonly.http.input.Fields;
import dev.onceonly.http.input.TextRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a policy document. A field that is absent stays absent.
final class PolicyFields {
  private static final long COUNT_MAX = 1_000_000_000;
  private static final Pattern TOOL = Pattern.compile(Policy.TOOL_FORM);
  private static final String TOOL_SAID =
      "a tool is named by 1 to 256 of a-z, A-Z, 0-9, _ . : - and *";
  private static final String MAX_CALLS = "max_calls_per_tool";
  private static final String PRICING = "pricing_rules";

  private PolicyFields() {}

  static Policy read(Fields fields) {
    return new Policy(
        tools(fields, "allowed_tools"),
        tools(fields, "blocked_tools"),
        new Caps(
            fields.optionalInteger("max_actions_per_hour", 0, COUNT_MAX),
            MoneyFields.optionalNanoUsd(fields, "max_spend_usd_per_day"),
            maxCalls(fields)),
        pricing(fields));
  }

  private static @Nullable List<String> tools(Fields fields, String name) {
    List<String> tools = fields.optionalTexts(name, Policy.ENTRIES_MAX, TextRule.ID);
    if (tools == null) {
      return null;
    }
    for (int i = 0; i < tools.size(); i++) {
      String tool = tools.get(i);
      // An empty one stands in for what has been refused already.
      if (!tool.isEmpty() && !TOOL.matcher(tool).matches()) {
        fields.refuse(name, "item " + i + ": " + TOOL_SAID);
        return null;
      }
    }
    return tools;
  }

  private static @Nullable Map<String, Long> maxCalls(Fields fields) {
    Fields entries = fields.optionalChild(MAX_CALLS);
    if (entries == null) {
      return null;
    }
    if (entries.object().size() > Policy.ENTRIES_MAX) {
      fields.refuse(MAX_CALLS, "at most " + Policy.ENTRIES_MAX + " entries");
      return null;
    }
    Map<String, Long> calls = new TreeMap<>();
    for (String tool : entries.object().propertyNames()) {
      if (!TOOL.matcher(tool).matches()) {
        fields.refuse(MAX_CALLS, TOOL_SAID);
        return null;
      }
      Long max = entries.optionalInteger(tool, 0, COUNT_MAX);
      if (max != null) {
        calls.put(tool, max);
      }
    }
    return calls;
  }

  private static @Nullable List<PricingRule> pricing(Fields fields) {
    List<Fields> items = fields.optionalChildren(PRICING, Policy.ENTRIES_MAX);
    if (items == null) {
      return null;
    }
    List<PricingRule> rules = new ArrayList<>(items.size());
    for (Fields item : items) {
      String tool = item.text("tool", TextRule.ID);
      long price = MoneyFields.nanoUsd(item, "price_usd");
      if (!tool.isEmpty() && !TOOL.matcher(tool).matches()) {
        item.refuse("tool", TOOL_SAID);
      }
      rules.add(new PricingRule(tool, price));
    }
    return rules;
  }
}
