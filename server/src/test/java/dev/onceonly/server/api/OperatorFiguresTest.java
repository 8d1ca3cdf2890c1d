package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.testkit.Await;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What `/metrics` tells an operator of locks, leases, calls, runs and the process.
class OperatorFiguresTest {
  private static final String RUN = "/v1/ai/run";
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @RegisterExtension static final LocalTool TOOL = new LocalTool();

  @RegisterExtension
  static final LiveServer SERVER =
      LiveServer.with(
          Map.of("dev", "true", "call_wait_ms", "0", "plan_free_make", "3", "worker_threads", "1"));

  private final String name = "figures-" + NUMBER.incrementAndGet();

  /// Of a series that is there.
  private static double figure(String series) {
    return scraped()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + series));
  }

  private static String scraped() {
    return SERVER.client("").get("/metrics").body();
  }

  /// Of a series that comes with its first count.
  private static double countOf(String series) {
    return scraped().contains(series + " ") ? figure(series) : 0;
  }

  private static String calls(String decision, String reason, String tool) {
    return "onceonly_calls_total{decision=\"%s\",reason=\"%s\",tool=\"%s\"}"
        .formatted(decision, reason, tool);
  }

  private static Answer call(Client client, String agent, String tool) {
    return client.post(RUN, "agent_id", agent, "tool", tool);
  }

  @Test
  void callsAreCountedByDecisionReasonAndTool() {
    Client client = SERVER.namespace(name, "agency");
    TOOL.register(client, "ok-" + name, "/ok-" + name);
    TOOL.register(client, "bad-" + name, "/400");
    client.post("/v1/policies/blocked", "blocked_tools", List.of("ok-" + name));

    call(client, "bot", "ok-" + name);
    call(client, "bot", "ok-" + name);
    call(client, "bot", "bad-" + name);
    call(client, "blocked", "ok-" + name);
    client.post(RUN, "agent_id", "bot", "tool", "ok-" + name, "dry_run", true);

    assertThat(figure(calls("executed", "ok", "ok-" + name))).isEqualTo(1);
    assertThat(figure(calls("dedup", "tool_idempotency", "ok-" + name))).isEqualTo(1);
    assertThat(figure(calls("error", "tool_error", "bad-" + name))).isEqualTo(1);
    assertThat(figure(calls("blocked", "tool_explicitly_blocked", "ok-" + name))).isEqualTo(1);
    assertThat(scraped().lines().filter(line -> line.startsWith("onceonly_calls")))
        .noneMatch(line -> line.contains("bot") || line.contains("decision=\"reserved\""));
  }

  @Test
  void whatIsNoRegisteredToolMakesNoSeries() {
    Client client = SERVER.namespace(name, "agency");
    client.post("/v1/policies/bot", "allowed_tools", List.of("nothing"));
    String other = calls("blocked", "tool_not_in_allowed_list", "other");
    double before = countOf(other);
    int lines = (int) scraped().lines().filter(line -> line.startsWith("onceonly_calls")).count();
    for (int i = 0; i < 20; i++) {
      assertThat(call(client, "bot", "made-up-" + i).text("/decision")).isEqualTo("blocked");
    }

    assertThat(figure(other)).isEqualTo(before + 20);
    assertThat(scraped().lines().filter(line -> line.startsWith("onceonly_calls")).count())
        .isBetween((long) lines, lines + 1L);
  }

  @Test
  void whatIsUnknownOrInFlightNowIsShownAfterARestartToo() {
    Client client = SERVER.namespace(name, "agency");
    TOOL.register(client, "broken-" + name, "/500");
    TOOL.register(client, "held-" + name, "/hold-" + name);
    double before = figure("onceonly_calls_unknown");
    assertThat(call(client, "bot", "broken-" + name).status()).isEqualTo(502);
    CompletableFuture<Answer> held =
        CompletableFuture.supplyAsync(() -> call(client, "bot", "held-" + name));

    Await.until(() -> figure("onceonly_calls_unknown") == before + 1);
    Await.until(() -> figure("onceonly_calls_reserved") >= 1);
    Await.until(() -> figure("onceonly_dispatches_in_flight") == 1);
    TOOL.release("/hold-" + name);
    assertThat(held.join().status()).isEqualTo(200);
    Await.until(() -> figure("onceonly_dispatches_in_flight") == 0);
    Await.until(() -> figure("onceonly_calls_reserved") == 0);
    SERVER.stopped(_ -> {});
    assertThat(figure("onceonly_calls_unknown")).isEqualTo(before + 1);
  }

  @Test
  void dispatchesAreMeasuredByHowTheyEnd() {
    Client client = SERVER.namespace(name, "agency");
    TOOL.register(client, "ok-" + name, "/ok-" + name);
    TOOL.register(client, "bad-" + name, "/400");
    String executed = "onceonly_dispatch_duration_seconds_count{outcome=\"executed\"}";
    String failed = "onceonly_dispatch_duration_seconds_count{outcome=\"failed\"}";
    double attemptsBefore = figure("onceonly_dispatch_attempts_total");
    double executedBefore = figure(executed);
    double failedBefore = figure(failed);

    call(client, "bot", "ok-" + name);
    call(client, "bot", "bad-" + name);

    assertThat(figure("onceonly_dispatch_attempts_total")).isEqualTo(attemptsBefore + 2);
    assertThat(figure("onceonly_dispatch_retries_total")).isZero();
    assertThat(figure(executed)).isEqualTo(executedBefore + 1);
    assertThat(figure(failed)).isEqualTo(failedBefore + 1);
  }

  @Test
  void locksAndLeasesAreCountedByWhatWasAnswered() {
    Client client = SERVER.namespace(name, "free");
    double locked = figure("onceonly_locks_total{outcome=\"locked\"}");
    double duplicate = figure("onceonly_locks_total{outcome=\"duplicate\"}");
    double overLimit = figure("onceonly_locks_total{outcome=\"over_limit\"}");
    double acquired = figure("onceonly_leases_total{outcome=\"acquired\"}");
    double held = figure("onceonly_leases_total{outcome=\"held\"}");

    client.post("/v1/check-lock", "key", "a");
    client.post("/v1/check-lock", "key", "a");
    client.post(
        "/v1/check-lock/batch",
        "items",
        List.of(Map.of("key", "a"), Map.of("key", "b"), Map.of("key", "a")));
    // Three duplicates are what the plan has.
    client.post("/v1/check-lock", "key", "c");
    client.post("/v1/ai/lease", "key", "a");
    client.post("/v1/ai/lease", "key", "a");

    assertThat(figure("onceonly_locks_total{outcome=\"locked\"}") - locked).isEqualTo(2);
    assertThat(figure("onceonly_locks_total{outcome=\"duplicate\"}") - duplicate).isEqualTo(3);
    assertThat(figure("onceonly_locks_total{outcome=\"over_limit\"}") - overLimit).isEqualTo(1);
    assertThat(figure("onceonly_leases_total{outcome=\"acquired\"}") - acquired).isEqualTo(1);
    assertThat(figure("onceonly_leases_total{outcome=\"held\"}") - held).isEqualTo(1);
  }

  @Test
  void theQueueOfRunsShowsHowLongTheOldestHasWaited() {
    Client client = SERVER.namespace(name, "agency");
    TOOL.register(client, "held-" + name, "/hold-" + name);
    Map<String, Object> work =
        Map.of("actions", List.of(Map.of("tool", "held-" + name, "args", Map.of())));
    client.post(RUN, "key", "first-" + name, "metadata", work);
    Await.until(() -> figure("onceonly_runs_running") == 1);
    client.post(RUN, "key", "second-" + name, "metadata", work);

    assertThat(figure("onceonly_runs_waiting")).isEqualTo(1);
    Await.until(() -> figure("onceonly_runs_oldest_age_seconds") > 0);
    TOOL.release("/hold-" + name);
    for (String key : List.of("first-", "second-")) {
      client.get("/v1/ai/result", "key", key + name, "wait", "30");
    }
    Await.until(() -> figure("onceonly_runs_waiting") == 0);
    Await.until(() -> figure("onceonly_runs_oldest_age_seconds") == 0);
  }

  @Test
  void theDiskTheProcessAndTheProgramAreShown() {
    assertThat(figure("onceonly_store_database_bytes")).isPositive();
    assertThat(figure("onceonly_store_log_bytes")).isNotNegative();
    assertThat(figure("onceonly_store_free_bytes")).isPositive();
    assertThat(figure("onceonly_store_low_bytes")).isEqualTo(256 << 20);
    assertThat(figure("onceonly_paused")).isZero();
    assertThat(figure("onceonly_runs_oldest_age_seconds")).isNotNegative();
    assertThat(figure("process_open_fds")).isBetween(3.0, figure("process_max_fds"));
    assertThat(figure("process_resident_memory_bytes")).isGreaterThan(10 << 20);
    assertThat(figure("process_cpu_seconds_total")).isPositive();
    assertThat(figure("process_start_time_seconds"))
        .isBetween(1.7e9, System.currentTimeMillis() / 1_000.0);
    assertThat(figure("jvm_memory_used_bytes{area=\"heap\"}"))
        .isBetween(1.0, (double) Runtime.getRuntime().maxMemory());
    assertThat(figure("jvm_threads_current")).isPositive();
    assertThat(scraped())
        .contains(
            "onceonly_build_info{java=\"" + System.getProperty("java.version") + "\",version=");
  }
}
