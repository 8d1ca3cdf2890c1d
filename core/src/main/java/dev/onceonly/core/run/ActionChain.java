package dev.onceonly.core.run;

import dev.onceonly.core.Sha256;

/// What makes two runs' actions the same up to one of them: a hash over all of them so far. Each
/// part stands behind its length, so that no two lists of parts give one text.
public final class ActionChain {
  private ActionChain() {}

  /// What the first action's hash follows. A dry run has a chain of its own: what was only tried is
  /// not done.
  public static String start(boolean dryRun) {
    return dryRun ? "dry run" : "run";
  }

  /// The hash of one more action, 64 hexadecimal digits.
  ///
  /// @param before the hash of the action before it, or [#start(boolean)]
  /// @param canonicalArgs arguments that are JSON-equal have equal ones
  public static String next(String before, String tool, String canonicalArgs, long spendNanoUsd) {
    StringBuilder text = new StringBuilder();
    for (String part : new String[] {before, tool, canonicalArgs, Long.toString(spendNanoUsd)}) {
      text.append(part.length()).append('\n').append(part).append('\n');
    }
    return Sha256.hex(text.toString());
  }
}
