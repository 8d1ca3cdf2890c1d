package dev.onceonly.core.run;

import dev.onceonly.core.run.RunEventRow.Ids;
import dev.onceonly.core.run.RunEventRow.Labels;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The events that the server itself writes of a keyed run (contract 8.5).
public final class RunEvents {
  private static final String STEP = "step_";

  private RunEvents() {}

  /// The name of an action's step.
  ///
  /// @param index from 0
  public static String step(int index) {
    return STEP + (index + 1);
  }

  /// The run has been queued.
  public static RunEventRow started(Ids ids, @Nullable String dataJson, Instant now) {
    return row("run_started", new Labels("in_progress", null, null, ids, null), dataJson, now);
  }

  /// The agent takes a step.
  public static RunEventRow agentStep(int index, String tool, Ids ids, Instant now) {
    return row("agent_step", new Labels("start", step(index), tool, ids, null), null, now);
  }

  /// The step's tool is called.
  public static RunEventRow toolCall(int index, String tool, Ids ids, Instant now) {
    return row("tool_call", new Labels("start", step(index), tool, ids, null), null, now);
  }

  /// How that call ended.
  public static RunEventRow toolResult(int index, ActionEnd end, Ids ids, Instant now) {
    return new RunEventRow(
        now.getEpochSecond(),
        now.toEpochMilli(),
        "tool_result",
        new Labels(end.status(), step(index), end.tool(), ids, null),
        end.durationMs(),
        end.dataJson());
  }

  /// The run is over.
  ///
  /// @param message why, where a client has ended it
  public static RunEventRow finished(
      boolean failed, Ids ids, @Nullable String message, @Nullable String dataJson, Instant now) {
    Labels labels = new Labels(failed ? "failed" : "completed", null, null, ids, message);
    return row("run_finished", labels, dataJson, now);
  }

  private static RunEventRow row(
      String type, Labels labels, @Nullable String dataJson, Instant now) {
    return new RunEventRow(now.getEpochSecond(), now.toEpochMilli(), type, labels, null, dataJson);
  }
}
