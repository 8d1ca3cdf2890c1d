package dev.onceonly.core.service;

import dev.onceonly.core.account.Plan;
import dev.onceonly.core.govern.DedupHash;
import org.jspecify.annotations.Nullable;

/// One governed call as asked for: by whom, what, and how.
public record GovernedCall(Asker asker, Action action, Options options) {

  /// Who asks.
  ///
  /// @param actor the API key's id, for the audit log
  /// @param agentId in whose name
  public record Asker(long namespaceId, Plan plan, String actor, String agentId) {}

  /// What is to be done.
  ///
  /// @param argsJson compact JSON of an object of at most 64 KiB, numbers as written
  /// @param argsHash SHA-256 of the canonical arguments, 64 hexadecimal digits
  public record Action(String tool, String argsJson, String argsHash, long spendNanoUsd) {}

  /// How.
  ///
  /// @param idempotencyKey the caller's own dedup key, 1 to 256 characters
  /// @param attemptId the caller's id for this logical call
  /// @param runId whose timeline shows it
  /// @param requestId for the tool
  /// @param step null outside of a keyed run
  public record Options(
      @Nullable String idempotencyKey,
      @Nullable String attemptId,
      @Nullable String runId,
      String requestId,
      boolean dryRun,
      @Nullable RunStep step) {}

  /// A step of a keyed run. The worker writes its events; the call writes none.
  ///
  /// @param number from 1
  /// @param chainHash over the run's actions up to and including this one
  /// @param fence of the run's lease
  /// @param sinceMs the instant since which the run's key has been remembered without a gap: what
  ///   was executed before it is forgotten
  public record RunStep(String runKey, int number, String chainHash, long fence, long sinceMs) {}

  /// What identical calls share.
  String dedupHash() {
    if (options.step != null) {
      RunStep step = options.step;
      return DedupHash.ofStep(asker.agentId, step.runKey, step.number, step.chainHash);
    }
    return options.idempotencyKey == null
        ? DedupHash.ofArgs(asker.agentId, action.tool, action.argsHash)
        : DedupHash.ofKey(asker.agentId, action.tool, options.idempotencyKey);
  }

  /// By what a step's earlier self may be known from before an upgrade; null outside of a run.
  @Nullable String formerDedupHash() {
    RunStep step = options.step;
    return step == null ? null : DedupHash.ofStepOfBefore(step.runKey, step.number, step.chainHash);
  }
}
