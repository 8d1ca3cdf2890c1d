package dev.onceonly.core.lease;

/// What a caller that ends a lease is told.
public sealed interface FinishResult {

  /// Ended by this call.
  record Finished(LeaseRow lease) implements FinishResult {}

  /// Ended before, by the same lease id with the same outcome and payload.
  record Repeated(LeaseRow lease) implements FinishResult {}

  /// Not this caller's to end.
  record Refused(Conflict conflict) implements FinishResult {}

  /// Another API key's, and this one may end only its own.
  record Forbidden() implements FinishResult {}
}
