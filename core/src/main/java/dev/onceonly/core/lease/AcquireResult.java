package dev.onceonly.core.lease;

import dev.onceonly.core.KeyReused;

/// What a caller that asked for a lease is told.
public sealed interface AcquireResult {

  /// The caller owns it.
  record Acquired(LeaseRow lease) implements AcquireResult {}

  /// The owner asked again with its attempt id: it still owns it.
  record Replayed(LeaseRow lease) implements AcquireResult {}

  /// Another caller owns it.
  record Held(LeaseRow lease) implements AcquireResult {}

  /// The work is done, well or badly; nothing is run again.
  record Finished(LeaseRow lease) implements AcquireResult {}

  /// Same key, other payload.
  record Reused(KeyReused reuse) implements AcquireResult {}
}
