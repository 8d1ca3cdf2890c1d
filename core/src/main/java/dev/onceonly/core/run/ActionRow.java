package dev.onceonly.core.run;

import org.jspecify.annotations.Nullable;

/// One action, and what came of it. Kept as long as the run's key is remembered, so that a rerun
/// finds what is done.
///
/// @param argsJson compact JSON of an object, numbers as written: what the tool is sent
/// @param chainHash SHA-256 over this run's actions up to and including this one, 64 hexadecimal
///   digits: a rerun uses a stored result only where it is equal
public record ActionRow(
    String tool, String argsJson, long spendNanoUsd, String chainHash, @Nullable Done done) {

  /// It has been executed, deduplicated or tried dry.
  ///
  /// @param resultJson what the tool answered; null where it does not fit the run's result
  public record Done(String decision, String reason, @Nullable String resultJson) {}

  public ActionRow finished(Done how) {
    return new ActionRow(tool, argsJson, spendNanoUsd, chainHash, how);
  }
}
