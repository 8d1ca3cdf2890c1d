package dev.onceonly.core.govern;

import java.util.Locale;

/// What became of a governed call, as logs and answers name it.
public enum Decision {
  /// Budget was reserved; the dispatch is under way. Only in the audit log, never in an answer.
  RESERVED,
  EXECUTED,
  BLOCKED,
  DEDUP,
  DRY_RUN,
  /// The tool has certainly not acted.
  ERROR,
  /// Nobody knows whether the tool has acted.
  UNKNOWN;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
