package dev.onceonly.core.lease;

/// Why a lease id was refused, and how the key stands (docs/states.md).
///
/// @param version the last one; 0 where the key is not remembered
public record Conflict(Reason reason, LeaseStatus status, long version) {

  /// The closed set of reasons.
  public enum Reason {
    /// Another lease id was granted last.
    LEASE_MISMATCH,
    /// The key is not remembered.
    LEASE_NOT_FOUND,
    /// It has finished, with another outcome or payload.
    LEASE_FINISHED
  }
}
