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
    CompletableFuture<? extends @Nullable Object> call(OnceOnly client, Args a) throws Exception;
  }

  static final Map<String, Verb> ALL =
      Map.ofEntries(
          entry(
              "check_lock",
              (client, a) -> client.checkLockAsync(a.text("key"), OptionReading.checkLock(a))),
          entry(
              "check_lock_batch",
              (client, a) -> client.checkLockBatchAsync(OptionReading.items(a))),
          entry(
              "release_lock",
              (client, a) -> client.releaseLockAsync(a.text("key"), a.text("lock_id"))),
          entry("me", (client, a) -> client.meAsync()),
          entry(
              "update_notifications",
              (client, a) -> client.updateNotificationsAsync(OptionReading.notifications(a))),
          entry(
              "usage",
              (client, a) ->
                  a.has("kind") ? client.usageAsync(a.text("kind")) : client.usageAsync()),
          entry("usage_all", (client, a) -> client.usageAllAsync()),
          entry(
              "metrics", (client, a) -> client.metricsAsync(a.text("from_day"), a.text("to_day"))),
          entry("events", (client, a) -> client.eventsAsync(OptionReading.events(a))),
          entry(
              "post_event",
              (client, a) ->
                  client.postEventAsync(
                      a.text("run_id"), a.text("type"), OptionReading.postEvent(a))),
          entry("list_runs", (client, a) -> client.listRunsAsync(OptionReading.listRuns(a))),
          entry(
              "get_run_timeline",
              (client, a) ->
                  client.getRunTimelineAsync(a.text("run_id"), OptionReading.timeline(a))),
          entry("ai_run", (client, a) -> client.aiRunAsync(a.text("key"), OptionReading.run(a))),
          entry(
              "ai_run_and_wait",
              (client, a) -> client.aiRunAndWaitAsync(a.text("key"), OptionReading.runAndWait(a))),
          entry("ai.run", (client, a) -> client.ai().runAsync(OptionReading.run(a))),
          entry(
              "ai.run_and_wait",
              (client, a) ->
                  client.ai().runAndWaitAsync(a.text("key"), OptionReading.runAndWait(a))),
          entry(
              "ai.run_tool",
              (client, a) ->
                  client
                      .ai()
                      .runToolAsync(a.text("agent_id"), a.text("tool"), OptionReading.runTool(a))),
          entry(
              "ai.lease",
              (client, a) -> client.ai().leaseAsync(a.text("key"), OptionReading.lease(a))),
          entry(
              "ai.status",
              (client, a) -> client.ai().statusAsync(a.text("key"), a.seconds("wait"))),
          entry(
              "ai.result",
              (client, a) -> client.ai().resultAsync(a.text("key"), a.seconds("wait"))),
          entry(
              "ai.wait",
              (client, a) -> client.ai().awaitResultAsync(a.text("key"), OptionReading.waiting(a))),
          entry(
              "ai.extend",
              (client, a) ->
                  client.ai().extendAsync(a.text("key"), a.text("lease_id"), a.seconds("ttl"))),
          entry(
              "ai.complete",
              (client, a) ->
                  client
                      .ai()
                      .completeAsync(
                          a.text("key"),
                          a.text("lease_id"),
                          a.any("result"),
                          a.textOrNull("result_hash"))),
          entry(
              "ai.fail",
              (client, a) ->
                  client
                      .ai()
                      .failAsync(
                          a.text("key"),
                          a.text("lease_id"),
                          a.text("error_code"),
                          a.textOrNull("error_hash"))),
          entry(
              "ai.cancel",
              (client, a) ->
                  client
                      .ai()
                      .cancelAsync(a.text("key"), a.text("lease_id"), a.textOrNull("reason"))),
          entry(
              "gov.upsert_policy",
              (client, a) ->
                  client.gov().upsertPolicyAsync(a.object("policy"), a.textOrNull("agent_id"))),
          entry(
              "gov.policy_from_template",
              (client, a) ->
                  client
                      .gov()
                      .policyFromTemplateAsync(
                          a.text("agent_id"), a.text("template"), a.object("overrides"))),
          entry("gov.list_policies", (client, a) -> client.gov().listPoliciesAsync()),
          entry("gov.get_policy", (client, a) -> client.gov().getPolicyAsync(a.text("agent_id"))),
          entry(
              "gov.delete_policy",
              (client, a) -> client.gov().deletePolicyAsync(a.text("agent_id"))),
          entry(
              "gov.evaluate",
              (client, a) ->
                  client
                      .gov()
                      .evaluateAsync(
                          a.text("agent_id"), a.text("tool"), OptionReading.evaluate(a))),
          entry("gov.create_tool", (client, a) -> client.gov().createToolAsync(a.object("tool"))),
          entry(
              "gov.list_tools",
              (client, a) ->
                  a.has("scope_id")
                      ? client.gov().listToolsAsync(a.text("scope_id"))
                      : client.gov().listToolsAsync()),
          entry(
              "gov.get_tool",
              (client, a) ->
                  a.has("scope_id")
                      ? client.gov().getToolAsync(a.text("name"), a.text("scope_id"))
                      : client.gov().getToolAsync(a.text("name"))),
          entry(
              "gov.toggle_tool",
              (client, a) ->
                  a.has("scope_id")
                      ? client
                          .gov()
                          .toggleToolAsync(
                              a.text("name"),
                              Boolean.TRUE.equals(a.any("enabled")),
                              a.text("scope_id"))
                      : client
                          .gov()
                          .toggleToolAsync(a.text("name"), Boolean.TRUE.equals(a.any("enabled")))),
          entry(
              "gov.delete_tool",
              (client, a) ->
                  a.has("scope_id")
                      ? client.gov().deleteToolAsync(a.text("name"), a.text("scope_id"))
                      : client.gov().deleteToolAsync(a.text("name"))),
          entry("gov.list_agents", (client, a) -> client.gov().listAgentsAsync()),
          entry("gov.get_agent", (client, a) -> client.gov().getAgentAsync(a.text("agent_id"))),
          entry(
              "gov.disable_agent",
              (client, a) ->
                  client.gov().disableAgentAsync(a.text("agent_id"), a.textOrNull("reason"))),
          entry(
              "gov.enable_agent",
              (client, a) ->
                  client.gov().enableAgentAsync(a.text("agent_id"), a.textOrNull("reason"))),
          entry(
              "gov.agent_logs",
              (client, a) ->
                  a.has("limit")
                      ? client.gov().agentLogsAsync(a.text("agent_id"), a.number("limit", 0))
                      : client.gov().agentLogsAsync(a.text("agent_id"))),
          entry(
              "gov.agent_metrics",
              (client, a) ->
                  a.has("period")
                      ? client.gov().agentMetricsAsync(a.text("agent_id"), a.text("period"))
                      : client.gov().agentMetricsAsync(a.text("agent_id"))),
          entry(
              "gov.list_calls",
              (client, a) -> client.gov().listCallsAsync(OptionReading.listCalls(a))),
          entry("gov.get_call", (client, a) -> client.gov().getCallAsync(a.text("call_id"))),
          entry(
              "gov.resolve_call",
              (client, a) ->
                  client
                      .gov()
                      .resolveCallAsync(
                          a.text("call_id"), a.text("outcome"), OptionReading.resolveCall(a))));
}
