package dev.onceonly.core.service;

import dev.onceonly.core.lock.CheckResult;
import dev.onceonly.core.usage.LimitReached;

/// The answer to one check: the lock's, or the plan's.
public sealed interface CheckAnswer {

  /// The plan allowed it; this is what the lock said.
  record Checked(CheckResult result) implements CheckAnswer {}

  /// The month's limit has been reached; nothing was locked.
  record OverLimit(LimitReached limit) implements CheckAnswer {}
}
