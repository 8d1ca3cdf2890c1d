package dev.onceonly.http.api;

import dev.onceonly.core.govern.Money;
import dev.onceonly.core.run.ActionChain;
import dev.onceonly.core.run.ActionKey;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.RunOrder;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.http.input.Problems;
import dev.onceonly.http.input.TextRule;
import dev.onceonly.http.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads what the worker understands of a keyed run's metadata (contract 4.1). Actions that can't
/// be read are no mistake of the request: the run fails with `invalid_actions`, as published.
final class RunFields {
  private static final Set<String> TRUE_TEXTS = Set.of("1", "true", "yes", "on");

  private RunFields() {}

  /// By which names the run goes.
  record Names(String runId, String agentId) {}

  static RunOrder order(@Nullable JsonNode metadata, Names names, String actor, String key) {
    boolean dryRun = metadata != null && isTrue(metadata.get("dry_run"));
    JsonNode given = metadata == null ? null : metadata.get("actions");
    boolean none = given == null || given.isNull();
    List<ActionRow> actions = given == null || none ? List.of() : actions(given, dryRun);
    TaskRow.Plan plan =
        new TaskRow.Plan(
            names.runId(),
            names.agentId(),
            actions == null ? 0 : actions.size(),
            dryRun,
            actions != null,
            actor);
    ObjectNode started = Json.object().put("key", key).put("actions", plan.actions());
    if (given != null && given.isArray() && given.size() > ActionKey.ACTIONS_MAX) {
      started.put("actions_ignored", given.size() - ActionKey.ACTIONS_MAX);
    }
    if (dryRun) {
      started.put("dry_run", true);
    }
    return new RunOrder(plan, actions == null ? List.of() : actions, Json.text(started));
  }

  /// Only the first 50, or null where one of them is none.
  private static @Nullable List<ActionRow> actions(JsonNode given, boolean dryRun) {
    if (!given.isArray()) {
      return null;
    }
    List<ActionRow> actions = new ArrayList<>();
    String chain = ActionChain.start(dryRun);
    int count = Math.min(given.size(), ActionKey.ACTIONS_MAX);
    for (int i = 0; i < count; i++) {
      ActionRow action = action(given.get(i), chain);
      if (action == null) {
        return null;
      }
      actions.add(action);
      chain = action.chainHash();
    }
    return actions;
  }

  private static @Nullable ActionRow action(@Nullable JsonNode given, String chain) {
    String tool = given == null ? null : tool(given.get("tool"));
    JsonNode args = given == null ? null : args(given.get("args"));
    Long spend = given == null ? null : spendNanoUsd(given.get("spend_usd"));
    if (tool == null || args == null || spend == null) {
      return null;
    }
    String hash = ActionChain.next(chain, tool, Json.canonical(args), spend);
    return new ActionRow(tool, Json.text(args), spend, hash, null);
  }

  private static @Nullable String tool(@Nullable JsonNode given) {
    if (given == null || !given.isString()) {
      return null;
    }
    boolean good = TextRule.KEY.accepts(given.stringValue(), List.of(), new Problems());
    return good ? given.stringValue() : null;
  }

  private static @Nullable JsonNode args(@Nullable JsonNode given) {
    if (given == null || given.isNull()) {
      return Json.object();
    }
    return given.isObject() ? given : null;
  }

  private static @Nullable Long spendNanoUsd(@Nullable JsonNode given) {
    if (given == null || given.isNull()) {
      return 0L;
    }
    BigDecimal usd = given.isNumber() ? given.decimalValue() : null;
    return usd != null && Money.isInRange(usd) ? (Long) Money.toNanoUsd(usd) : null;
  }

  /// Contract 5.10: true, 1, and some texts.
  private static boolean isTrue(@Nullable JsonNode given) {
    if (given == null) {
      return false;
    }
    if (given.isBoolean()) {
      return given.booleanValue();
    }
    if (given.isNumber()) {
      return given.decimalValue().compareTo(BigDecimal.ONE) == 0;
    }
    return given.isString() && TRUE_TEXTS.contains(given.stringValue().toLowerCase(Locale.ROOT));
  }
}
