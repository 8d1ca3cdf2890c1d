package dev.onceonly.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.RunDocuments;
import dev.onceonly.http.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A run's result and its events' data.
final class JsonRunDocumentsTest {
  private final RunDocuments documents = new JsonRunDocuments();

  @Test
  void aResultListsItsSteps() {
    String json =
        documents
            .result(plan(2, false), List.of(executed("a", "{\"n\":1.50}"), executed("b", "{}")))
            .json();

    assertThat(json)
        .isEqualTo(
            "{\"run_id\":\"r\",\"dry_run\":false,\"actions_total\":2,\"executed\":2,\"results\":["
                + "{\"step\":\"step_1\",\"tool\":\"a\",\"decision\":\"executed\","
                + "\"policy_reason\":\"ok\",\"result\":{\"n\":1.50}},"
                + "{\"step\":\"step_2\",\"tool\":\"b\",\"decision\":\"executed\","
                + "\"policy_reason\":\"ok\",\"result\":{}}]}");
  }

  @Test
  void aRunWithoutActionsHasAnEmptyList() {
    assertThat(documents.result(plan(0, false), List.of()).json())
        .isEqualTo(
            "{\"run_id\":\"r\",\"dry_run\":false,\"actions_total\":0,\"executed\":0,\"results\":[]}");
  }

  @Test
  void whatWasTriedDryIsNotExecutedAndHasNoResult() {
    ActionRow.Done done = new ActionRow.Done("dry_run", "ok", null);
    JsonNode result = read(documents.result(plan(1, true), List.of(action("a", done))).json());

    assertThat(result.path("executed").intValue()).isZero();
    assertThat(result.at("/results/0/decision").asString()).isEqualTo("dry_run");
    assertThat(result.at("/results/0/result").isNull()).isTrue();
  }

  @Test
  void aResultThatNoLongerFitsIsOmittedAndALaterSmallOneIsShown() {
    List<ActionRow> actions = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      actions.add(executed("t", "{\"text\":\"" + "é".repeat(125_000) + "\"}"));
    }
    actions.add(executed("t", "{\"text\":\"" + "x".repeat(250_000) + "\"}"));
    actions.add(executed("t", "{\"n\":1}"));

    String json = documents.result(plan(6, false), actions).json();
    JsonNode result = read(json);

    assertThat(json.getBytes(StandardCharsets.UTF_8).length)
        .isBetween(1_000_000, RunDocuments.RESULT_BYTES_MAX);
    assertThat(result.at("/results/3/result/text").asString()).hasSize(125_000);
    assertThat(result.at("/results/4/result").toString()).isEqualTo("{\"omitted\":true}");
    assertThat(result.at("/results/5/result/n").intValue()).isEqualTo(1);
  }

  @Test
  void aResultMayHaveAsMuchAsFitsToTheByte() {
    int empty = documents.result(plan(1, false), List.of(executed("t", "{}"))).json().length();
    int room = RunDocuments.RESULT_BYTES_MAX - empty + "{}".length();
    String fits = "{\"t\":\"" + "x".repeat(room - "{\"t\":\"\"}".length()) + "\"}";
    String tooLong = fits.replace("x\"}", "xx\"}");

    String full = documents.result(plan(1, false), List.of(executed("t", fits))).json();
    String omitted = documents.result(plan(1, false), List.of(executed("t", tooLong))).json();

    assertThat(full).hasSize(RunDocuments.RESULT_BYTES_MAX);
    assertThat(omitted).endsWith("\"result\":{\"omitted\":true}}]}");
  }

  @Test
  void whatWasNotKeptIsOmitted() {
    String json = documents.result(plan(1, false), List.of(executed("t", null))).json();

    assertThat(json).contains("\"result\":{\"omitted\":true}");
  }

  @Test
  void anEventSaysHowItWasDecidedAndWhatWentWrong() {
    CallAnswer.Decided failed =
        new CallAnswer.Decided(
            Decision.UNKNOWN,
            true,
            Reason.TOOL_ERROR,
            "0123456789ab",
            new CallAnswer.Made("call_1", 30_000_000, null, false),
            new CallAnswer.ToolFailure(503, "the tool answered 503"));
    CallAnswer.Decided blocked =
        new CallAnswer.Decided(Decision.BLOCKED, false, Reason.AGENT_DISABLED, null, null, null);

    assertThat(documents.toolResult(failed))
        .isEqualTo(
            "{\"decision\":\"unknown\",\"policy_reason\":\"tool_error\",\"risk_level\":\"medium\","
                + "\"policy_version\":\"0123456789ab\",\"call_id\":\"call_1\",\"spend_usd\":0.03,"
                + "\"status_code\":503,\"message\":\"the tool answered 503\"}");
    assertThat(documents.toolResult(blocked))
        .isEqualTo(
            "{\"decision\":\"blocked\",\"policy_reason\":\"agent_disabled\",\"risk_level\":\"high\"}");
    assertThat(documents.notDecided("tool_not_found")).isEqualTo("{\"error\":\"tool_not_found\"}");
  }

  @Test
  void theLastEventSaysWhereARunFailed() {
    RunDocuments.RunFailure failure =
        new RunDocuments.RunFailure("tool_error", "step_2", "mail.send");

    assertThat(documents.runFinished("k", plan(3, false), failure))
        .isEqualTo(
            "{\"key\":\"k\",\"actions_total\":3,\"error_code\":\"tool_error\",\"step\":\"step_2\","
                + "\"tool\":\"mail.send\"}");
    assertThat(documents.runFinished("k", plan(3, false), null))
        .isEqualTo("{\"key\":\"k\",\"actions_total\":3}");
  }

  @Test
  void equalArgumentsHaveEqualHashes() {
    assertThat(documents.argsHash("{\"a\":1,\"b\":2.0}"))
        .isEqualTo(documents.argsHash("{\"b\":2,\"a\":1.0}"))
        .hasSize(64);
  }

  private static ActionRow executed(String tool, @Nullable String resultJson) {
    return action(tool, new ActionRow.Done("executed", "ok", resultJson));
  }

  private static ActionRow action(String tool, ActionRow.Done done) {
    return new ActionRow(tool, "{}", 0, "0".repeat(64), done);
  }

  private static TaskRow.Plan plan(int actions, boolean dryRun) {
    return new TaskRow.Plan("r", "default", actions, dryRun, true, "key_1");
  }

  private static JsonNode read(String json) {
    return Json.read(json.getBytes(StandardCharsets.UTF_8));
  }
}
