package dev.onceonly.core.step;

/// Runs steps atomically and durably. Thread-safe.
public interface Lane {

  /// Runs one step and returns its answer once the change is on disk. Blocks the caller.
  ///
  /// @throws dev.onceonly.core.Failure `OVERLOADED` (queue or share full, or the grant ran out
  ///   before the flush: nothing is held), `STORAGE_UNAVAILABLE` (nothing applied),
  ///   `UNKNOWN_OUTCOME` (it may have been applied)
  <R> R run(Step<R> step);
}
