package dev.onceonly.core.lease;

/// What a caller that extends a lease is told.
public sealed interface ExtendResult {

  /// The TTL counts again from now.
  record Extended(LeaseRow lease) implements ExtendResult {}

  /// Another API key's, and this one may extend only its own: it is told how the lease stands, and
  /// nothing has moved (contract 20.3: published waiters extend what they wait for).
  record Unmoved(LeaseRow lease) implements ExtendResult {}

  /// Not this caller's to extend.
  record Refused(Conflict conflict) implements ExtendResult {}
}
