package dev.onceonly.core.run;

import org.jspecify.annotations.Nullable;

/// One action, and what came of it. Kept as long as the run's key is remembered, so that a rerun
/// finds what is done.
///
/// @param argsJson compact JSON of an object, numbers as written: what the tool is sent
/// @param chainHash SHA-256 over this run's actions up to and including this one, 64 hexadecimal
///   digits: a rerun uses a stored result only where it is equal
/// @param origin null while it is only asked for, and in rows of before this was kept
/// @param done null where it is not done
public record ActionRow(
    String tool,
    String argsJson,
    long spendNanoUsd,
    String chainHash,
    @Nullable Origin origin,
    @Nullable Done done) {

  /// Whose action it is. A result is used by a rerun of the same origin only.
  ///
  /// @param agentId in whose name the run acts
  /// @param sinceMs the instant since which the run's key has been remembered without a gap
  public record Origin(String agentId, long sinceMs) {}

  /// It has been executed, deduplicated or tried dry.
  ///
  /// @param resultJson what the tool answered; null where it does not fit the run's result
  public record Done(String decision, String reason, @Nullable String resultJson) {}

  /// An action as it is asked for.
  public ActionRow(
      String tool, String argsJson, long spendNanoUsd, String chainHash, @Nullable Done done) {
    this(tool, argsJson, spendNanoUsd, chainHash, null, done);
  }

  public ActionRow of(Origin whose) {
    return new ActionRow(tool, argsJson, spendNanoUsd, chainHash, whose, done);
  }

  public ActionRow finished(Done how) {
    return new ActionRow(tool, argsJson, spendNanoUsd, chainHash, origin, how);
  }
}
