package dev.onceonly.sdk;

import static java.util.Map.entry;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The asynchronous verbs by their neutral names.
final class AsyncVerbs {
  private AsyncVerbs() {}

  /// One verb.
  @FunctionalInterface
  interface Verb {
    CompletableFuture<? extends @Nullable Object> call(AsyncOnceOnly client, Args a)
        throws Exception;
  }

  static final Map<String, Verb> ALL =
      Map.ofEntries(
          entry(
              "check_lock",
              (client, a) -> client.checkLock(a.text("key"), o -> OptionReading.checkLock(a, o))),
          entry("check_lock_batch", (client, a) -> client.checkLockBatch(OptionReading.items(a))),
          entry(
              "release_lock", (client, a) -> client.releaseLock(a.text("key"), a.text("lock_id"))),
          entry("me", (client, a) -> client.me()),
          entry(
              "update_notifications",
              (client, a) -> client.updateNotifications(o -> OptionReading.notifications(a, o))),
          entry(
              "usage",
              (client, a) -> a.has("kind") ? client.usage(a.text("kind")) : client.usage()),
          entry("usage_all", (client, a) -> client.usageAll()),
          entry("metrics", (client, a) -> client.metrics(a.text("from_day"), a.text("to_day"))),
          entry("events", (client, a) -> client.events(o -> OptionReading.events(a, o))),
          entry(
              "post_event",
              (client, a) ->
                  client.postEvent(
                      a.text("run_id"), a.text("type"), o -> OptionReading.postEvent(a, o))),
          entry("list_runs", (client, a) -> client.listRuns(o -> OptionReading.listRuns(a, o))),
          entry(
              "get_run_timeline",
              (client, a) ->
                  client.getRunTimeline(a.text("run_id"), o -> OptionReading.timeline(a, o))),
          entry("ai_run", (client, a) -> client.aiRun(a.text("key"), o -> OptionReading.run(a, o))),
          entry(
              "ai_run_and_wait",
              (client, a) -> client.aiRunAndWait(o -> OptionReading.runAndWait(a, o))),
          entry("ai.run", (client, a) -> client.ai().run(o -> OptionReading.run(a, o))),
          entry(
              "ai.run_and_wait",
              (client, a) -> client.ai().runAndWait(o -> OptionReading.runAndWait(a, o))),
          entry(
              "ai.run_tool",
              (client, a) ->
                  client
                      .ai()
                      .runTool(
                          a.text("agent_id"), a.text("tool"), o -> OptionReading.runTool(a, o))),
          entry(
              "ai.lease",
              (client, a) ->
                  client
                      .ai()
                      .lease(a.text("key"), o -> OptionReading.lease(a, o))
                      .thenApply(AiRun::raw)),
          entry("ai.status", (client, a) -> client.ai().status(a.text("key"), a.seconds("wait"))),
          entry(
              "ai.result",
              (client, a) -> client.ai().result(a.text("key"), a.seconds("wait"), a.model())),
          entry(
              "ai.wait",
              (client, a) ->
                  client.ai().awaitResult(a.text("key"), o -> OptionReading.waiting(a, o))),
          entry(
              "ai.extend",
              (client, a) ->
                  client.ai().extend(a.text("key"), a.text("lease_id"), a.seconds("ttl"))),
          entry(
              "ai.complete",
              (client, a) ->
                  client
                      .ai()
                      .complete(
                          a.text("key"),
                          a.text("lease_id"),
                          a.any("result"),
                          a.textOrNull("result_hash"))),
          entry(
              "ai.fail",
              (client, a) ->
                  client
                      .ai()
                      .fail(
                          a.text("key"),
                          a.text("lease_id"),
                          a.text("error_code"),
                          a.textOrNull("error_hash"))),
          entry(
              "ai.cancel",
              (client, a) ->
                  client.ai().cancel(a.text("key"), a.text("lease_id"), a.textOrNull("reason"))),
          entry(
              "gov.upsert_policy",
              (client, a) ->
                  client.gov().upsertPolicy(a.object("policy"), a.textOrNull("agent_id"))),
          entry(
              "gov.policy_from_template",
              (client, a) ->
                  client
                      .gov()
                      .policyFromTemplate(
                          a.text("agent_id"), a.text("template"), a.object("overrides"))),
          entry("gov.list_policies", (client, a) -> client.gov().listPolicies()),
          entry("gov.get_policy", (client, a) -> client.gov().getPolicy(a.text("agent_id"))),
          entry("gov.delete_policy", (client, a) -> client.gov().deletePolicy(a.text("agent_id"))),
          entry(
              "gov.evaluate",
              (client, a) ->
                  client
                      .gov()
                      .evaluate(
                          a.text("agent_id"), a.text("tool"), o -> OptionReading.evaluate(a, o))),
          entry("gov.create_tool", (client, a) -> client.gov().createTool(a.object("tool"))),
          entry(
              "gov.list_tools",
              (client, a) ->
                  a.has("scope_id")
                      ? client.gov().listTools(a.text("scope_id"))
                      : client.gov().listTools()),
          entry(
              "gov.get_tool",
              (client, a) ->
                  a.has("scope_id")
                      ? client.gov().getTool(a.text("name"), a.text("scope_id"))
                      : client.gov().getTool(a.text("name"))),
          entry(
              "gov.toggle_tool",
              (client, a) ->
                  a.has("scope_id")
                      ? client
                          .gov()
                          .toggleTool(
                              a.text("name"),
                              Boolean.TRUE.equals(a.any("enabled")),
                              a.text("scope_id"))
                      : client
                          .gov()
                          .toggleTool(a.text("name"), Boolean.TRUE.equals(a.any("enabled")))),
          entry(
              "gov.delete_tool",
              (client, a) ->
                  a.has("scope_id")
                      ? client.gov().deleteTool(a.text("name"), a.text("scope_id"))
                      : client.gov().deleteTool(a.text("name"))),
          entry("gov.list_agents", (client, a) -> client.gov().listAgents()),
          entry("gov.get_agent", (client, a) -> client.gov().getAgent(a.text("agent_id"))),
          entry(
              "gov.disable_agent",
              (client, a) -> client.gov().disableAgent(a.text("agent_id"), a.textOrNull("reason"))),
          entry(
              "gov.enable_agent",
              (client, a) -> client.gov().enableAgent(a.text("agent_id"), a.textOrNull("reason"))),
          entry(
              "gov.agent_logs",
              (client, a) ->
                  a.has("limit")
                      ? client.gov().agentLogs(a.text("agent_id"), a.number("limit", 0))
                      : client.gov().agentLogs(a.text("agent_id"))),
          entry(
              "gov.agent_metrics",
              (client, a) ->
                  a.has("period")
                      ? client.gov().agentMetrics(a.text("agent_id"), a.text("period"))
                      : client.gov().agentMetrics(a.text("agent_id"))),
          entry(
              "gov.list_calls",
              (client, a) -> client.gov().listCalls(o -> OptionReading.listCalls(a, o))),
          entry("gov.get_call", (client, a) -> client.gov().getCall(a.text("call_id"))),
          entry(
              "gov.resolve_call",
              (client, a) ->
                  client
                      .gov()
                      .resolveCall(
                          a.text("call_id"),
                          a.text("outcome"),
                          o -> OptionReading.resolveCall(a, o))));
}
