package dev.onceonly.core.service;

import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.TaskRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes what a keyed run tells as JSON, which the core itself has none of. Pure and thread-safe.
public interface RunDocuments {

  /// A run's result is at most so many bytes of compact UTF-8.
  int RESULT_BYTES_MAX = 1 << 20;

  /// A text, and the form in which it is compared.
  record Document(String json, String canonicalJson) {}

  /// SHA-256 of the canonical arguments, 64 hexadecimal digits.
  String argsHash(String argsJson);

  /// What the run has to show when all of its actions are done (contract 8.6). A step's result that
  /// no longer fits is `{"omitted":true}`.
  Document result(TaskRow.Plan plan, List<ActionRow> actions);

  /// Data of the event `tool_result`.
  String toolResult(CallAnswer.Decided answer);

  /// Data of a `tool_result` where the call was not decided.
  ///
  /// @param error why, such as `tool_not_found`
  String notDecided(String error);

  /// Data of the event `run_finished`.
  ///
  /// @param failure null when completed
  String runFinished(String key, TaskRow.Plan plan, @Nullable RunFailure failure);

  /// Why a run failed.
  ///
  /// @param errorCode as the lease shows it
  /// @param step such as `step_1`; null where it failed at none
  record RunFailure(String errorCode, @Nullable String step, @Nullable String tool) {}
}
