package dev.onceonly.server.fault;

import static dev.onceonly.server.fault.SoakQuestion.asking;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/// What one connection of a soak does, scene by scene: each is a few requests that follow from one
/// another, so that it is known what each has to be answered.
final class SoakScenes {
  private static final double SPEND_USD = 0.001;

  private final SoakCaller caller;
  private final int number;
  private final String agent;
  private final List<Scene> deck = new ArrayList<>();
  private int played;

  private interface Scene {
    /// Plays it in the name of `id`, which no other scene has.
    void play(String id) throws IOException;
  }

  private SoakScenes(SoakCaller caller, int number) {
    this.caller = caller;
    this.number = number;
    this.agent = "bot-" + number;
  }

  /// Every operation there is, for connection `number`, counted from 0.
  static SoakScenes ofEverything(SoakCaller caller, int number) {
    SoakScenes scenes = new SoakScenes(caller, number);
    scenes.addEverything();
    Collections.shuffle(scenes.deck, new Random(number));
    // What is rare comes first somewhere, so that even a short soak has it.
    List<Scene> all = scenes.deck.stream().distinct().toList();
    scenes.deck.addFirst(all.get(number % all.size()));
    return scenes;
  }

  /// Leases, and reads of what has just been written: the lane and the readers at their busiest.
  static SoakScenes ofLeases(SoakCaller caller, int number) {
    SoakScenes scenes = new SoakScenes(caller, number);
    scenes.add(1, scenes::leaseThatIsRead);
    return scenes;
  }

  private void addEverything() {
    add(24, this::leaseLife);
    add(14, this::lock);
    add(4, this::leaseThatFails);
    add(2, this::leaseThatIsCancelled);
    add(2, this::batch);
    add(10, this::call);
    add(4, this::run);
    add(1, this::callThatIsResolved);
    add(2, this::policy);
    add(2, this::tool);
    add(2, this::switchOff);
    add(4, this::events);
    add(2, this::account);
    add(1, this::server);
  }

  private void add(int weight, Scene scene) {
    deck.addAll(Collections.nCopies(weight, scene));
  }

  /// Plays the next scene.
  void next() throws IOException {
    String id = number + "-" + played;
    deck.get(played % deck.size()).play(id);
    played++;
  }

  private String acquire(String key) throws IOException {
    SoakQuestion lease =
        asking("acquireLease").saying("key", key, "ttl", 300, "metadata", Map.of("by", agent));
    return caller.ask(lease, "200 acquired").path("lease_id").asString("");
  }

  private void leaseLife(String id) throws IOException {
    String key = "lease-" + id;
    caller.ask(asking("readStatus").with("?key=" + key), "200 not_found");
    String lease = acquire(key);
    caller.ask(asking("readStatus").with("?key=" + key), "200 in_progress");
    caller.ask(asking("readResult").with("?key=" + key + "&wait=0.05"), "200 in_progress");
    caller.ask(asking("acquireLease").saying("key", key, "ttl", 300), "200 polling");
    caller.ask(
        asking("extendLease").saying("key", key, "lease_id", lease, "ttl", 400), "200 extended");
    Map<String, Object> result = Map.of("by", agent, "text", "x".repeat(100));
    caller.ask(
        asking("completeLease").saying("key", key, "lease_id", lease, "result", result),
        "200 completed");
    caller.ask(asking("readStatus").with("?key=" + key + "&wait=1"), "200 completed");
    caller.ask(asking("readResult").with("?key=" + key), "200 completed");
  }

  private void leaseThatIsRead(String id) throws IOException {
    String key = "read-" + id;
    acquire(key);
    caller.ask(asking("readStatus").with("?key=" + key), "200 in_progress");
    caller.ask(asking("readResult").with("?key=" + key), "200 in_progress");
  }

  private void leaseThatFails(String id) throws IOException {
    String key = "failing-" + id;
    String lease = acquire(key);
    caller.ask(
        asking("failLease").saying("key", key, "lease_id", lease, "error_code", "no_luck"),
        "200 failed");
    caller.ask(asking("readResult").with("?key=" + key), "200 failed");
    caller.ask(asking("completeLease").saying("key", key, "lease_id", lease), "409 conflict");
  }

  private void leaseThatIsCancelled(String id) throws IOException {
    String key = "cancelled-" + id;
    String lease = acquire(key);
    caller.ask(asking("cancelLease").saying("key", key, "lease_id", lease), "200 failed");
    caller.ask(asking("readStatus").with("?key=" + key), "200 failed");
  }

  private void lock(String id) throws IOException {
    String key = "lock-" + id;
    JsonNode locked = caller.ask(asking("checkLock").saying("key", key, "ttl", 60), "200 locked");
    caller.ask(asking("checkLock").saying("key", key, "ttl", 60), "200 duplicate");
    String lockId = locked.path("lock_id").asString("");
    caller.ask(asking("releaseLock").saying("key", key, "lock_id", lockId), "200 released");
    caller.ask(asking("checkLock").saying("key", key, "ttl", 60), "200 locked");
  }

  private void batch(String id) throws IOException {
    List<Map<String, Object>> items = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      items.add(Map.of("key", "batch-" + id + "-" + i, "ttl", 60));
    }
    caller.ask(asking("checkLockBatch").saying("items", items), "200");
  }

  private SoakQuestion callOf(String agentId, String job, int fail) {
    Map<String, Object> args = Map.of("job", job, "step", 1, "takes_ms", 5, "fail", fail);
    return asking("run")
        .saying(
            "agent_id", agentId, "tool", RecordingTool.NAME, "args", args, "spend_usd", SPEND_USD);
  }

  private void call(String id) throws IOException {
    SoakQuestion call = callOf(agent, "call-" + id, 200);
    JsonNode made = caller.ask(call, "200 executed");
    caller.ask(asking("readCall").on(made.path("call_id").asString("")), "200");
    caller.ask(call, "200 dedup");
    caller.ask(asking("listCalls").with("?limit=5&state=executed&agent_id=" + agent), "200");
    caller.ask(asking("readAgent").on(agent), "200");
    caller.ask(asking("readAgentLogs").on(agent).with("?limit=5"), "200");
    caller.ask(asking("readAgentMetrics").on(agent), "200");
  }

  private void callThatIsResolved(String id) throws IOException {
    JsonNode unknown = caller.ask(callOf(agent, "resolved-" + id, 500), "502 tool_error");
    String callId = unknown.path("detail").path("call_id").asString("");
    SoakQuestion resolve =
        asking("resolveCall").on(callId).saying("outcome", "failed", "note", "seen");
    caller.ask(resolve, "200");
    caller.ask(resolve, "200");
    caller.ask(
        asking("resolveCall").on(callId).saying("outcome", "executed"), "409 call_not_unknown");
  }

  private void run(String id) throws IOException {
    String key = "run-" + id;
    List<Map<String, Object>> actions = new ArrayList<>();
    for (int step = 1; step <= 2; step++) {
      Map<String, Object> args = Map.of("job", key, "step", step, "takes_ms", 5);
      actions.add(Map.of("tool", RecordingTool.NAME, "args", args, "spend_usd", SPEND_USD));
    }
    Map<String, Object> metadata = Map.of("agent_id", agent, "run_id", key, "actions", actions);
    caller.ask(asking("run").saying("key", key, "metadata", metadata), "200 acquired");
    caller.ask(asking("readResult").with("?key=" + key + "&wait=60"), "200 completed");
    caller.ask(asking("readRun").on(key).with("?limit=50"), "200");
  }

  private void policy(String id) throws IOException {
    String ruled = "ruled-" + id;
    List<String> blocked = List.of("records.*");
    caller.ask(
        asking("upsertPolicy")
            .on(ruled)
            .saying("blocked_tools", blocked, "max_actions_per_hour", 9),
        "200");
    caller.ask(
        asking("evaluatePolicy").on(ruled).saying("tool", RecordingTool.NAME), "200 would_execute");
    caller.ask(
        asking("evaluatePolicy").on(ruled).saying("tool", "records.delete"), "200 would_block");
    caller.ask(asking("applyTemplate").on(ruled).saying("template", "strict"), "200");
    caller.ask(asking("readPolicy").on(ruled), "200");
    caller.ask(asking("listPolicies"), "200");
    caller.ask(asking("deletePolicy").on(ruled), "200");
    caller.ask(asking("readPolicy").on(ruled), "404 policy_not_found");
  }

  private void tool(String id) throws IOException {
    String name = "tool-" + id;
    Map<String, Object> auth = Map.of("type", "hmac_sha256", "secret", "a-secret-of-tests");
    caller.ask(
        asking("registerTool").saying("name", name, "url", "http://127.0.0.1:9/none", "auth", auth),
        "200");
    caller.ask(asking("toggleTool").on(name).saying("enabled", false), "200");
    caller.ask(asking("readTool").on(name), "200");
    caller.ask(asking("listTools"), "200");
    caller.ask(asking("deleteTool").on(name), "200");
  }

  private void switchOff(String id) throws IOException {
    String switched = "switched-" + number;
    caller.ask(asking("disableAgent").on(switched).saying("reason", "soak " + id), "200");
    caller.ask(callOf(switched, "switched-" + id, 200), "200 blocked");
    caller.ask(asking("enableAgent").on(switched).saying(), "200");
    caller.ask(callOf(switched, "switched-" + id, 200), "200 executed");
    caller.ask(asking("listAgents"), "200");
  }

  private void events(String id) throws IOException {
    String runId = "told-" + number;
    Map<String, Object> data = Map.of("id", id);
    for (String type : List.of("run_started", "note")) {
      caller.ask(
          asking("postEvent")
              .saying("run_id", runId, "type", type, "agent_id", agent, "data", data),
          "200");
    }
    caller.ask(asking("readRun").on(runId).with("?limit=20"), "200");
    caller.ask(asking("listRuns").with("?limit=20&q=told-"), "200");
    caller.ask(asking("readFeed").with("?limit=20"), "200");
  }

  private void account(String id) throws IOException {
    caller.ask(asking("readUsage").with("?kind=ai"), "200");
    caller.ask(asking("readAllUsage"), "200");
    caller.ask(asking("readMe"), "200");
    boolean on = id.hashCode() % 2 == 0;
    caller.ask(asking("setNotifications").saying("run_failure_notifications_enabled", on), "200");
    caller.ask(asking("readMetrics").with("?from_day=2026-01-01&to_day=2026-01-02"), "200");
  }

  private void server(String id) throws IOException {
    caller.ask(asking("readHealth"), "200 ok");
    caller.ask(asking("readReadiness"), "200 ready");
    caller.ask(asking("readServerMetrics"), "200");
    caller.ask(asking("readApiDescription"), "200");
    caller.ask(asking("readDocs"), "200");
  }
}
