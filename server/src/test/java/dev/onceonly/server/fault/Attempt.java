package dev.onceonly.server.fault;

import org.jspecify.annotations.Nullable;

/// Something that a client asks for.
///
/// @param leaseId whose lease it acts on; null where it asks for the claim itself
/// @param attemptId sent as `X-OnceOnly-Attempt-Id`; null for none
record Attempt(Act act, Place place, @Nullable String leaseId, @Nullable String attemptId) {
  enum Act {
    CHECK,
    ACQUIRE,
    EXTEND,
    COMPLETE,
    FAIL
  }
}
