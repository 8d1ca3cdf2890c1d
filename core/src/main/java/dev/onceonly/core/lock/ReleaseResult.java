package dev.onceonly.core.lock;

/// What a caller that releases a lock is told.
public sealed interface ReleaseResult {

  /// The key is free from now on.
  record Released(LockRow lock) implements ReleaseResult {}

  /// The same winner released it before, and nobody has locked since.
  record AlreadyReleased() implements ReleaseResult {}

  /// No live lock, or somebody else's.
  record Mismatch() implements ReleaseResult {}

  /// The winner is another API key, and this one may release only what it has locked itself.
  record Forbidden() implements ReleaseResult {}
}
