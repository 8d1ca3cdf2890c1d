package dev.onceonly.server.fault;

/// What one answer of the server has promised.
///
/// @param id the lock's or lease's id; empty where the answer does not say it
/// @param version of the lease; 0 for a lock
/// @param fence 0 where the answer does not say it
/// @param sentMs when the question was sent, on the wall clock: what was granted was granted later
record Acknowledged(
    Outcome outcome, Place place, String id, long version, long fence, long sentMs) {
  enum Outcome {
    /// This caller won the lock.
    LOCKED,
    /// Somebody has the lock.
    DUPLICATE,
    /// This caller won the lease.
    ACQUIRED,
    /// Somebody has the lease.
    HELD,
    EXTENDED,
    COMPLETED,
    FAILED
  }
}
