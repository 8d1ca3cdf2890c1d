package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// A few governed calls and keyed runs that are in their tool at one moment, and what has to be
/// true of them whatever happens to the server between the tool's answer and its storing.
final class SettlingMoment {
  static final String AGENT = "bot";
  static final int CALLS = 2;
  static final int RUNS = 2;

  /// Actions of one run; one of them is held.
  static final int STEPS = 2;

  static final double SPEND_USD = 0.01;

  private static final int RESULT_WAIT_SECONDS = 60;

  private final int number;
  private final int port;
  private final RecordingTool tool;
  private final List<CompletableFuture<Answer>> answers = new ArrayList<>();

  /// Starts the calls and the runs.
  ///
  /// @param number told apart from other moments by
  SettlingMoment(int number, int port, RecordingTool tool) {
    this.number = number;
    this.port = port;
    this.tool = tool;
    for (int i = 0; i < CALLS; i++) {
      Map<String, Object> call = call(i);
      answers.add(inBackground(() -> post(call)));
    }
    for (int i = 0; i < RUNS; i++) {
      assertThat(post(run(i)).text("status")).isEqualTo("acquired");
    }
  }

  private static CompletableFuture<Answer> inBackground(Supplier<Answer> question) {
    return CompletableFuture.supplyAsync(question, Thread.ofVirtual()::start);
  }

  private String callJob(int index) {
    return "call-" + number + "-" + index;
  }

  private String runKey(int index) {
    return "run-" + number + "-" + index;
  }

  private Map<String, Object> call(int index) {
    Map<String, Object> args = Map.of("job", callJob(index), "step", 1, "hold", true);
    return Map.of(
        "agent_id", AGENT, "tool", RecordingTool.NAME, "args", args, "spend_usd", SPEND_USD);
  }

  /// Its first action is held, or its last, so that what follows is the next action or the end.
  private Map<String, Object> run(int index) {
    List<Map<String, Object>> actions = new ArrayList<>();
    for (int step = 1; step <= STEPS; step++) {
      boolean hold = step == 1 + (number + index) % STEPS;
      Map<String, Object> args = Map.of("job", runKey(index), "step", step, "hold", hold);
      actions.add(Map.of("tool", RecordingTool.NAME, "args", args, "spend_usd", SPEND_USD));
    }
    return Map.of("key", runKey(index), "metadata", Map.of("agent_id", AGENT, "actions", actions));
  }

  private Answer post(Map<String, Object> body) {
    try (WireClient wire = new WireClient(port)) {
      return wire.post(ServerProcess.API_KEY, "/v1/ai/run", body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer get(String path) {
    try (WireClient wire = new WireClient(port)) {
      return wire.get(ServerProcess.API_KEY, path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until all of them are in the tool.
  void awaitHeld() {
    Await.until(() -> tool.held() == CALLS + RUNS);
  }

  /// Waits until every caller has been answered.
  void awaitAnswers() {
    answers.forEach(CompletableFuture::join);
  }

  /// Once the fault is over: everything is stored as it happened, and nothing happened twice.
  ///
  /// @return how many callers were told that the outcome is not known
  int check() {
    int unknown = 0;
    for (int i = 0; i < CALLS; i++) {
      Answer answer = answers.get(i).join();
      checkCall(i, answer);
      unknown += answer.status() == 503 ? 1 : 0;
    }
    for (int i = 0; i < RUNS; i++) {
      checkRun(runKey(i));
    }
    return unknown;
  }

  private void checkCall(int index, Answer answer) {
    String about = callJob(index) + ", answered " + answer;
    boolean told = answer.status() == 200;
    String said = answer.status() + " " + (told ? answer.text("decision") : answer.error());
    assertThat(said).as(about).isIn("200 executed", "503 unknown_outcome");
    JsonNode callId = told ? answer.body().path("call_id") : detail(answer).path("call_id");
    assertThat(callId.asString("")).as(about).isNotEmpty();
    Await.until(() -> get("/v1/calls/" + callId.asString()).text("state").equals("executed"));
    requireOnce(callJob(index), 1);
    Answer again = post(call(index));
    assertThat(again.text("decision")).as("asked again: %s", again).isEqualTo("dedup");
    if (told) {
      assertThat(again.body().path("result")).isEqualTo(answer.body().path("result"));
    }
    requireOnce(callJob(index), 1);
  }

  private static JsonNode detail(Answer answer) {
    return answer.body().path("detail");
  }

  private void checkRun(String key) {
    Answer ended = get("/v1/ai/result?key=" + key + "&wait=" + RESULT_WAIT_SECONDS);
    assertThat(ended.text("status")).as("%s: %s", key, ended).isEqualTo("completed");
    assertThat(ended.body().path("result").path("executed").asInt(0)).isEqualTo(STEPS);
    for (int step = 1; step <= STEPS; step++) {
      requireOnce(key, step);
    }
  }

  private void requireOnce(String job, int step) {
    assertThat(tool.arrivals(job).stream().filter(arrival -> arrival.step() == step))
        .as("requests for step " + step + " of " + job + ", which was answered 200")
        .hasSize(1);
  }
}
