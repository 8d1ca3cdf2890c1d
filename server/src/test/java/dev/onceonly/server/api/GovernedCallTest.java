package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import dev.onceonly.server.admin.AdminWire;
import dev.onceonly.testkit.Await;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `/v1/ai/run` with a tool: from the request to the tool and back (contract 4.2, 17, 18).
class GovernedCallTest {
  private static final String RUN = "/v1/ai/run";
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @RegisterExtension static final LocalTool TOOL = new LocalTool();
  @RegisterExtension static final LiveServer SERVER = LiveServer.with(Map.of("dev", "true"));

  private String name = "";

  @SuppressWarnings("NullAway.Init") // Set before each test.
  private Client client;

  @BeforeEach
  void makeNamespace() {
    name = "calls-" + NUMBER.incrementAndGet();
    client = SERVER.namespace(name, "agency");
    TOOL.register(client, "ok", "/ok-" + name);
    TOOL.register(client, "hold", "/hold-" + name);
    TOOL.register(client, "refuse", "/400");
    TOOL.register(client, "break", "/500");
  }

  private Answer call(String tool, Object... more) {
    return call(client, tool, more);
  }

  private static Answer call(Client by, String tool, Object... more) {
    Object[] fields = new Object[more.length + 4];
    System.arraycopy(new Object[] {"agent_id", "bot", "tool", tool}, 0, fields, 0, 4);
    System.arraycopy(more, 0, fields, 4, more.length);
    return by.post(RUN, fields);
  }

  @Test
  void anAllowedCallIsExecutedOnceAndItsRepeatIsADedup() {
    Answer first = call("ok", "args", Map.of("to", "x", "run_id", "r1"), "spend_usd", 0.01);

    assertThat(first.status()).isEqualTo(200);
    assertThat(first.json().path("ok").booleanValue()).isTrue();
    assertThat(first.json().path("allowed").booleanValue()).isTrue();
    assertThat(first.text("/decision")).isEqualTo("executed");
    assertThat(first.text("/policy_reason")).isEqualTo("ok");
    assertThat(first.text("/risk_level")).isEqualTo("low");
    assertThat(first.text("/result/to")).isEqualTo("x");
    assertThat(first.text("/call_id")).startsWith("call_");
    assertThat(first.json().has("replayed")).isFalse();
    Answer repeat = call("ok", "args", Map.of("run_id", "r1", "to", "x"));
    assertThat(repeat.text("/decision")).isEqualTo("dedup");
    assertThat(repeat.text("/policy_reason")).isEqualTo("tool_idempotency");
    assertThat(repeat.text("/result/to")).isEqualTo("x");
    assertThat(repeat.text("/call_id")).isEqualTo(first.text("/call_id"));
    List<LocalTool.Seen> seen = TOOL.seen("/ok-" + name);
    assertThat(seen).hasSize(1);
    assertThat(seen.getFirst().runId()).isEqualTo("r1");
    assertThat(seen.getFirst().body().path("tool").asString()).isEqualTo("ok");
    assertThat(seen.getFirst().body().path("agent_id").asString()).isEqualTo("bot");
    assertThat(seen.getFirst().body().path("run_id").asString()).isEqualTo("r1");
    assertThat(seen.getFirst().body().path("idempotency_key").asString())
        .isEqualTo(seen.getFirst().idempotencyKey());
    assertThat(client.get("/v1/usage", "kind", "ai").number("/usage")).isEqualTo(1);
    assertThat(client.get("/v1/usage", "kind", "ai").number("/requests_total_month")).isEqualTo(2);
  }

  @Test
  void numbersReachTheToolAsTheyWereWritten() {
    client.postText(
        RUN, "{\"agent_id\":\"bot\",\"tool\":\"ok\",\"args\":{\"n\":1.10,\"big\":1e30}}");
    assertThat(TOOL.seen("/ok-" + name).getFirst().body().path("args").toString())
        .isEqualTo("{\"n\":1.10,\"big\":1E+30}");
    assertThat(
            client
                .postText(
                    RUN,
                    "{\"agent_id\":\"bot\",\"tool\":\"ok\",\"args\":{\"big\":1e+30,\"n\":1.1}}")
                .text("/decision"))
        .as("the same arguments")
        .isEqualTo("dedup");
  }

  @Test
  void aBlockedCallIsA200WithItsReason() {
    client.post("/v1/policies/bot", "blocked_tools", List.of("ok"));
    Answer answer = call("ok");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("ok").booleanValue()).isFalse();
    assertThat(answer.json().path("allowed").booleanValue()).isFalse();
    assertThat(answer.text("/decision")).isEqualTo("blocked");
    assertThat(answer.text("/policy_reason")).isEqualTo("tool_explicitly_blocked");
    assertThat(answer.text("/risk_level")).isEqualTo("high");
    assertThat(answer.json().path("result").isNull()).isTrue();
    assertThat(answer.text("/policy_version")).matches("[0-9a-f]{12}");
    assertThat(TOOL.seen("/ok-" + name)).isEmpty();
    assertThat(client.get("/v1/events").text("/0/type")).isEqualTo("policy_blocked");
  }

  @ParameterizedTest
  @CsvSource({"refuse, 400, failed", "break, 500, unknown"})
  void aToolsErrorIsA502ThatTellsWhetherItMayHaveActed(
      String tool, long statusCode, String outcome) {
    Answer answer = call(tool);

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text("/detail/error")).isEqualTo("tool_error");
    assertThat(answer.text("/detail/tool")).isEqualTo(tool);
    assertThat(answer.number("/detail/status_code")).isEqualTo(statusCode);
    assertThat(answer.text("/detail/outcome")).isEqualTo(outcome);
    assertThat(answer.json().at("/detail/message").isString()).isTrue();
    Answer call = client.get("/v1/calls/" + answer.text("/detail/call_id"));
    assertThat(call.text("/state")).isEqualTo(outcome);
    assertThat(client.get("/v1/usage", "kind", "ai").number("/usage")).isZero();
  }

  @Test
  void aToolThatIsNotThereIsA404() {
    Answer answer = call("nowhere");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text("/detail/error")).isEqualTo("tool_not_found");
    assertThat(answer.text("/detail/tool")).isEqualTo("nowhere");
  }

  @Test
  void aPersonResolvesAnUnknownCall() {
    String id = call("break", "spend_usd", 2).text("/detail/call_id");
    assertThat(client.get("/v1/calls", "state", "unknown").text("/items/0/call_id")).isEqualTo(id);
    Answer resolved =
        client.post(
            "/v1/calls/" + id + "/resolve",
            "outcome",
            "executed",
            "result",
            Map.of("seen", 1),
            "note",
            "in the ledger");

    assertThat(resolved.status()).isEqualTo(200);
    assertThat(resolved.text("/state")).isEqualTo("executed");
    assertThat(resolved.text("/note")).isEqualTo("in the ledger");
    assertThat(resolved.text("/resolved_by")).startsWith("key_");
    assertThat(resolved.json().path("spend_usd").decimalValue().intValueExact()).isEqualTo(2);
    assertThat(client.post("/v1/calls/" + id + "/resolve", "outcome", "executed").status())
        .isEqualTo(200);
    Answer other = client.post("/v1/calls/" + id + "/resolve", "outcome", "failed");
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.text("/detail/error")).isEqualTo("call_not_unknown");
    assertThat(call("break").text("/decision")).isEqualTo("dedup");
    assertThat(call("break").number("/result/seen")).isEqualTo(1);
    assertThat(client.get("/v1/calls/call_0000000000000").text("/detail/error"))
        .isEqualTo("call_not_found");
  }

  @Test
  void anOperatorResolvesCallsOnTheCommandLine() {
    String id = call("break", "spend_usd", 0.5).text("/detail/call_id");
    assertThat(SERVER.operator("calls", "list", "--namespace", name, "--state", "unknown").lines())
        .satisfiesExactly(
            line -> assertThat(line).matches("ID +STATE +CREATED +USD +AGENT, TOOL"),
            line -> assertThat(line).matches(id + " +unknown +2\\S+Z +0.5 +bot, break: .*"),
            line -> assertThat(line).isEqualTo("1 of 1"));
    String[] failed = {"calls", "resolve", id, "failed", "--namespace", name, "--note", "asked"};
    assertThat(SERVER.operator(failed).strip()).isEqualTo("resolved " + id + " as failed");
    assertThat(SERVER.operator(failed)).as("the same word again").contains("resolved");
    assertThat(client.get("/v1/calls/" + id).text("/resolved_by")).isEqualTo("cli");
    AdminWire.Answer settled =
        SERVER.operatorAnswer("calls", "resolve", id, "executed", "--namespace", name);
    assertThat(settled.exitCode()).isEqualTo(1);
    assertThat(settled.err().lines()).hasSize(1);
    assertThat(settled.err()).startsWith("onceonly: " + id + ": the call is not unknown");
    AdminWire.Answer unheardOf =
        SERVER.operatorAnswer("calls", "resolve", "call_x", "failed", "--namespace", name);
    assertThat(unheardOf.exitCode()).isEqualTo(1);
    assertThat(unheardOf.err().strip())
        .isEqualTo("onceonly: there is no call call_x in namespace " + name);
  }

  @Test
  void theSameAttemptIsAnsweredOnceMore() {
    String body = "{\"agent_id\":\"bot\",\"tool\":\"ok\",\"args\":{}}";
    client.postText(RUN, body, "X-OnceOnly-Attempt-Id", "try-1");
    Answer replay = client.postText(RUN, body, "X-OnceOnly-Attempt-Id", "try-1");
    assertThat(replay.text("/decision")).isEqualTo("executed");
    assertThat(replay.json().path("replayed").booleanValue()).isTrue();
    assertThat(TOOL.seen("/ok-" + name)).hasSize(1);
  }

  @Test
  void aKeyOfOnesOwnWithOtherArgumentsIsA409() {
    call("ok", "args", Map.of("n", 1), "idempotency_key", "order-1");
    Answer other = call("ok", "args", Map.of("n", 2), "idempotency_key", "order-1");
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.text("/detail/error")).isEqualTo("key_reused");
    assertThat(other.text("/detail/key")).isEqualTo("order-1");
  }

  @Test
  void anIdenticalCallWaitsForTheOneInFlight() throws Exception {
    CompletableFuture<Answer> first =
        CompletableFuture.supplyAsync(() -> call("hold"), Thread.ofVirtual()::start);
    Await.until(() -> TOOL.seen("/hold-" + name).size() == 1);
    CompletableFuture<Answer> second =
        CompletableFuture.supplyAsync(() -> call("hold"), Thread.ofVirtual()::start);
    TOOL.release("/hold-" + name);
    assertThat(List.of(first.get().text("/decision"), second.get().text("/decision")))
        .containsExactly("executed", "dedup");
    assertThat(TOOL.seen("/hold-" + name)).hasSize(1);
  }

  @Test
  void theSwitchStopsTheNextCall() {
    client.post("/v1/agents/bot/disable");
    assertThat(call("ok").text("/policy_reason")).isEqualTo("agent_disabled");
    client.post("/v1/agents/bot/enable");
    assertThat(call("ok").text("/decision")).isEqualTo("executed");
  }

  @Test
  void aDryRunSendsNothing() {
    Answer answer = call("ok", "dry_run", true);
    assertThat(answer.text("/decision")).isEqualTo("dry_run");
    assertThat(answer.json().path("allowed").booleanValue()).isTrue();
    assertThat(TOOL.seen("/ok-" + name)).isEmpty();
    assertThat(client.get("/v1/agents/bot/logs").text("/0/decision")).isEqualTo("dry_run");
  }

  @Test
  void anEvaluationExplainsItselfCheckByCheck() {
    client.post("/v1/policies/bot", "max_spend_usd_per_day", 1);
    Answer answer = client.post("/v1/policies/bot/evaluate", "tool", "ok", "spend_usd", 1.5);
    assertThat(answer.text("/agent_id")).isEqualTo("bot");
    assertThat(answer.text("/decision")).isEqualTo("would_block");
    assertThat(answer.text("/policy_reason")).isEqualTo("max_spend_usd_per_day_exceeded");
    assertThat(answer.json().path("cost_usd").decimalValue()).isEqualByComparingTo("1.5");
    assertThat(answer.json().path("checks")).hasSize(11);
    assertThat(answer.text("/checks/10/check")).isEqualTo("max_spend_usd_per_day");
    assertThat(answer.json().at("/checks/10/passed").booleanValue()).isFalse();
    assertThat(client.post("/v1/policies/bot/evaluate", "tool", "no").status()).isEqualTo(404);
  }

  @Test
  void anAgentsKeyCallsAndReadsInItsOwnNamesOnly() {
    Client own = SERVER.key(name, Role.AGENT, "bot*");
    assertThat(call(own, "ok").text("/decision")).isEqualTo("executed");
    Answer foreign = own.post(RUN, "agent_id", "other", "tool", "ok");
    assertThat(foreign.status()).isEqualTo(403);
    assertThat(foreign.text("/detail/error")).isEqualTo("forbidden");
    String id = client.post(RUN, "agent_id", "other", "tool", "ok").text("/call_id");
    assertThat(own.get("/v1/calls/" + id).status()).isEqualTo(403);
    assertThat(own.get("/v1/calls").status()).isEqualTo(403);
    assertThat(own.get("/v1/calls", "agent_id", "bot").number("/total")).isEqualTo(1);
    assertThat(own.post("/v1/calls/" + id + "/resolve", "outcome", "failed").status())
        .isEqualTo(403);
    Client stranger = SERVER.namespace(name + "-x", "agency");
    assertThat(stranger.get("/v1/calls/" + id).status()).isEqualTo(404);
    assertThat(stranger.get("/v1/calls").number("/total")).isZero();
  }

  @Test
  void mistakesNameTheirFieldAndItsBound() {
    assertThat(client.post(RUN).mistakes())
        .containsExactly("value_error at body.key: Value error, either key, or agent_id and tool");
    assertThat(client.post(RUN, "key", "k", "agent_id", "a", "tool", "t").status()).isEqualTo(422);
    assertThat(client.post(RUN, "tool", "t").mistakes())
        .containsExactly("missing at body.agent_id: Field required");
    assertThat(client.post(RUN, "agent_id", "*", "tool", "t").status()).isEqualTo(422);
    assertThat(call("ok", "spend_usd", -0.01).mistakes())
        .containsExactly(
            "value_error at body.spend_usd: Value error, an amount is 0 to 1000000000 USD");
    assertThat(call("ok", "args", List.of()).status()).isEqualTo(422);
    assertThat(call("ok", "args", Map.of("x", "y".repeat(64 * 1_024 - 8))).status()).isEqualTo(200);
    assertThat(call("ok", "args", Map.of("x", "y".repeat(64 * 1_024 - 7))).mistakes())
        .containsExactly(
            "value_error at body.args: Value error, at most 65536 bytes as compact JSON");
    assertThat(call("ok", "idempotency_key", "k".repeat(257)).status()).isEqualTo(422);
    assertThat(call("ok", "run_id", "r".repeat(257)).status()).isEqualTo(422);
    assertThat(client.get("/v1/calls", "state", "gone").status()).isEqualTo(422);
    assertThat(client.get("/v1/calls", "limit", "501").status()).isEqualTo(422);
    assertThat(client.post("/v1/calls/call_1/resolve", "outcome", "maybe").status()).isEqualTo(422);
  }
}
