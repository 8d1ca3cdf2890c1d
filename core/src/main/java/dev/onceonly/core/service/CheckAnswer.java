package dev.onceonly.core.service;

import dev.onceonly.core.Failure;
import dev.onceonly.core.lock.CheckResult;
import dev.onceonly.core.usage.LimitReached;

/// The answer to one check: the lock's, or the plan's.
public sealed interface CheckAnswer {

  /// The plan allowed it; this is what the lock said.
  record Checked(CheckResult result) implements CheckAnswer {}

  /// The month's limit has been reached; nothing was locked.
  record OverLimit(LimitReached limit) implements CheckAnswer {}

  /// It would have gone ahead, but its TTL ran out before the flush was done: it holds nothing.
  record RanOut() implements CheckAnswer {
    /// The same, for a caller that asked about this lock alone.
    public Failure failure() {
      return Failure.overloaded("the grant ran out before its flush was done");
    }
  }
}
