package dev.onceonly.core.lock;

import dev.onceonly.core.KeyReused;

/// What a caller that asked for a lock is told.
public sealed interface CheckResult {

  /// The caller goes ahead.
  record Locked(LockRow lock) implements CheckResult {}

  /// The winner asked again with its attempt id: it still goes ahead.
  record Replayed(LockRow lock) implements CheckResult {}

  /// Another caller has it.
  record Duplicate(LockRow lock) implements CheckResult {}

  /// Same key, other payload.
  record Reused(KeyReused reuse) implements CheckResult {}
}
