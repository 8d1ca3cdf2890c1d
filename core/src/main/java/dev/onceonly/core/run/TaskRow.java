package dev.onceonly.core.run;

/// A keyed run that is queued or running. Gone when its lease has ended.
///
/// @param plan what it does
/// @param next the index of the first action that is not done, from 0
/// @param claim of the worker that has it; 0 while it waits
/// @param claimUntilMs when another worker may take it up, unless renewed
public record TaskRow(
    Plan plan, long queuedAtMs, long leaseToken, int next, long claim, long claimUntilMs) {

  /// What the run does, fixed when it is acquired.
  ///
  /// @param actions how many; 0 completes at once
  /// @param valid whether the actions could be read; a run of invalid ones fails with
  ///   `invalid_actions`
  /// @param actor the API key's id by which it was asked for
  public record Plan(
      String runId, String agentId, int actions, boolean dryRun, boolean valid, String actor) {}

  public TaskRow claimedBy(long newClaim, long untilMs) {
    return new TaskRow(plan, queuedAtMs, leaseToken, next, newClaim, untilMs);
  }

  public TaskRow advancedTo(int index) {
    return new TaskRow(plan, queuedAtMs, leaseToken, index, claim, claimUntilMs);
  }
}
