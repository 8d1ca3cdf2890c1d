package dev.onceonly.http.api;

import dev.onceonly.core.Sha256;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Money;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.RunEvents;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.RunDocuments;
import dev.onceonly.http.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A keyed run's documents. Thread-safe.
public final class JsonRunDocuments implements RunDocuments {
  private static final String RESULT = "result";
  private static final String OMITTED_JSON = "{\"omitted\":true}";

  @Override
  public String argsHash(String argsJson) {
    return Sha256.hex(Json.canonical(read(argsJson)));
  }

  @Override
  public Document result(TaskRow.Plan plan, List<ActionRow> actions) {
    ArrayNode results = (ArrayNode) Json.tree(List.of());
    ObjectNode result =
        Json.object()
            .put("run_id", plan.runId())
            .put("dry_run", plan.dryRun())
            .put("actions_total", actions.size())
            .put("executed", executed(actions));
    result.set("results", results);
    for (int i = 0; i < actions.size(); i++) {
      results.add(step(i, actions.get(i)));
    }
    // Whatever is shown in the place of a result, it is there before the first one takes its room.
    int room = RESULT_BYTES_MAX - Json.utf8Size(result);
    for (int i = 0; i < actions.size(); i++) {
      String shown = resultJson(actions.get(i));
      int more = shown == null ? 0 : utf8Size(shown) - OMITTED_JSON.length();
      if (shown != null && more <= room) {
        ((ObjectNode) results.get(i)).set(RESULT, read(shown));
        room -= more;
      }
    }
    return new Document(Json.text(result), Json.canonical(result));
  }

  private static ObjectNode step(int index, ActionRow action) {
    ActionRow.Done done = action.done();
    ObjectNode step = Json.object().put("step", RunEvents.step(index)).put("tool", action.tool());
    step.put("decision", done == null ? null : done.decision());
    step.put("policy_reason", done == null ? null : done.reason());
    if (done == null || isDry(done)) {
      step.putNull(RESULT);
    } else {
      step.set(RESULT, read(OMITTED_JSON));
    }
    return step;
  }

  private static @Nullable String resultJson(ActionRow action) {
    ActionRow.Done done = action.done();
    return done == null || isDry(done) ? null : done.resultJson();
  }

  private static boolean isDry(ActionRow.Done done) {
    return done.decision().equals(Decision.DRY_RUN.wireName());
  }

  /// One that a repeat found done has been executed, too.
  private static long executed(List<ActionRow> actions) {
    return actions.stream()
        .map(ActionRow::done)
        .filter(done -> done != null && !isDry(done))
        .count();
  }

  @Override
  public String toolResult(CallAnswer.Decided answer) {
    ObjectNode data =
        Json.object()
            .put("decision", answer.decision().wireName())
            .put("policy_reason", answer.reason().wireName())
            .put("risk_level", answer.reason().risk().wireName());
    if (answer.policyVersion() != null) {
      data.put("policy_version", answer.policyVersion());
    }
    CallAnswer.Made call = answer.call();
    if (call != null) {
      data.put("call_id", call.callId()).put("spend_usd", Money.toUsd(call.spendNanoUsd()));
    }
    CallAnswer.ToolFailure failure = answer.failure();
    if (failure != null) {
      if (failure.statusCode() != null) {
        data.put("status_code", failure.statusCode());
      }
      data.put("message", failure.message());
    }
    return Json.text(data);
  }

  @Override
  public String notDecided(String error) {
    return Json.text(Json.object().put("error", error));
  }

  @Override
  public String runFinished(String key, TaskRow.Plan plan, @Nullable RunFailure failure) {
    ObjectNode data = Json.object().put("key", key).put("actions_total", plan.actions());
    if (failure != null) {
      data.put("error_code", failure.errorCode());
      if (failure.step() != null) {
        data.put("step", failure.step());
      }
      if (failure.tool() != null) {
        data.put("tool", failure.tool());
      }
    }
    return Json.text(data);
  }

  private static JsonNode read(String json) {
    return Json.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static int utf8Size(String json) {
    return json.getBytes(StandardCharsets.UTF_8).length;
  }
}
