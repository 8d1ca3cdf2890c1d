package dev.onceonly.core.lease;

/// What a caller that extends a lease is told.
public sealed interface ExtendResult {

  /// The TTL counts again from now.
  record Extended(LeaseRow lease) implements ExtendResult {}

  /// Not this caller's to extend.
  record Refused(Conflict conflict) implements ExtendResult {}
}
