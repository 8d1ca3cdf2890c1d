package dev.onceonly.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.RunOrder;
import dev.onceonly.http.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the worker understands of a run's metadata.
final class RunFieldsTest {

  @Test
  void anActionHasAToolArgumentsAndAnEstimate() {
    RunOrder order =
        order("{\"actions\":[{\"tool\":\"mail.send\",\"args\":{\"n\":100},\"spend_usd\":0.03}]}");

    assertThat(order.plan().valid()).isTrue();
    assertThat(order.plan().actions()).isEqualTo(1);
    ActionRow action = order.actions().getFirst();
    assertThat(action.tool()).isEqualTo("mail.send");
    assertThat(action.argsJson()).as("numbers as written").isEqualTo("{\"n\":100}");
    assertThat(action.spendNanoUsd()).isEqualTo(30_000_000);
    assertThat(action.done()).isNull();
    assertThat(order.startedJson()).isEqualTo("{\"key\":\"k\",\"actions\":1}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"actions\":null}",
        "{\"actions\":[]}",
        "{\"action\":[1]}",
      })
  void noActionsAreNoMistake(String metadata) {
    assertThat(order(metadata).plan().valid()).isTrue();
    assertThat(order(metadata).actions()).isEmpty();
    assertThat(RunFields.order(null, names(), "key_1", "k").plan().valid()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7",
        "{}",
        "\"mail.send\"",
        "[null]",
        "[[]]",
        "[\"mail.send\"]",
        "[{}]",
        "[{\"tool\":null}]",
        "[{\"tool\":7}]",
        "[{\"tool\":\"\"}]",
        "[{\"tool\":\"  \"}]",
        "[{\"tool\":\"a\",\"args\":[]}]",
        "[{\"tool\":\"a\",\"args\":\"x\"}]",
        "[{\"tool\":\"a\",\"spend_usd\":-0.01}]",
        "[{\"tool\":\"a\",\"spend_usd\":1000000001}]",
        "[{\"tool\":\"a\",\"spend_usd\":\"1\"}]",
        "[{\"tool\":\"a\"},{\"tool\":7}]",
      })
  void actionsThatCannotBeReadMakeTheRunFailLater(String actions) {
    RunOrder order = order("{\"actions\":" + actions + "}");

    assertThat(order.plan().valid()).isFalse();
    assertThat(order.actions()).isEmpty();
  }

  @Test
  void anActionsToolHas256CharactersAtMost() {
    assertThat(order(actionsOf("t".repeat(256))).plan().valid()).isTrue();
    assertThat(order(actionsOf("t".repeat(257))).plan().valid()).isFalse();
  }

  private static String actionsOf(String tool) {
    return "{\"actions\":[{\"tool\":\"" + tool + "\"}]}";
  }

  @Test
  void onlyTheFirstFiftyAreRunAndTheRestIsSaidToBeIgnored() {
    RunOrder fifty = order(times(50, ""));
    RunOrder more = order(times(50, ",{\"tool\":\"b\"},7"));

    assertThat(fifty.plan().actions()).isEqualTo(50);
    assertThat(fifty.startedJson()).isEqualTo("{\"key\":\"k\",\"actions\":50}");
    assertThat(more.plan().valid()).isTrue();
    assertThat(more.actions()).isEqualTo(fifty.actions());
    assertThat(more.startedJson())
        .isEqualTo("{\"key\":\"k\",\"actions\":50,\"actions_ignored\":2}");
  }

  private static String times(int count, String more) {
    String actions = String.join(",", Collections.nCopies(count, "{\"tool\":\"a\"}"));
    return "{\"actions\":[" + actions + more + "]}";
  }

  @Test
  void equalActionsHaveHashesOfTheirOwnAndEqualRunsTheSame() {
    RunOrder order = order("{\"actions\":[{\"tool\":\"a\"},{\"tool\":\"a\",\"args\":{}}]}");
    RunOrder same =
        order("{\"actions\":[{\"args\":{},\"tool\":\"a\"},{\"tool\":\"a\",\"spend_usd\":0.0}]}");

    assertThat(order.actions()).extracting(ActionRow::chainHash).doesNotHaveDuplicates();
    assertThat(same.actions())
        .extracting(ActionRow::chainHash)
        .isEqualTo(order.actions().stream().map(ActionRow::chainHash).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "1", "1.0", "\"1\"", "\"true\"", "\"Yes\"", "\"on\""})
  void aRunMayBeTriedDry(String flag) {
    assertThat(order("{\"dry_run\":" + flag + "}").plan().dryRun()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "null", "0", "2", "\"\"", "\"false\"", "\" true\"", "[]", "{}"})
  void anythingElseIsTheRealThing(String flag) {
    assertThat(order("{\"dry_run\":" + flag + "}").plan().dryRun()).isFalse();
  }

  @Test
  void whatWasOnlyTriedIsNotDone() {
    String actions = "\"actions\":[{\"tool\":\"a\"}]";
    String dry = order("{\"dry_run\":true," + actions + "}").actions().getFirst().chainHash();

    assertThat(order("{" + actions + "}").actions().getFirst().chainHash()).isNotEqualTo(dry);
  }

  private static RunFields.Names names() {
    return new RunFields.Names("r", "default");
  }

  private static RunOrder order(String metadata) {
    return RunFields.order(
        Json.read(metadata.getBytes(StandardCharsets.UTF_8)), names(), "key_1", "k");
  }
}
