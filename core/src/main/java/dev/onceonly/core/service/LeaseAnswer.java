package dev.onceonly.core.service;

import dev.onceonly.core.lease.AcquireResult;
import dev.onceonly.core.usage.LimitReached;
import org.jspecify.annotations.Nullable;

/// The answer to one acquisition: the lease's, or the plan's.
public sealed interface LeaseAnswer {

  /// The plan allowed it; this is what the lease said.
  ///
  /// @param usage of the month, this call included
  /// @param limit of the month; null is unlimited
  /// @param charged 1 when acquired, else 0
  record Asked(AcquireResult result, long usage, @Nullable Long limit, int charged)
      implements LeaseAnswer {}

  /// The month's limit has been reached; nothing was acquired.
  record OverLimit(LimitReached limit) implements LeaseAnswer {}
}
