package dev.onceonly.core.govern;

import org.jspecify.annotations.Nullable;

/// The last call with this dedup key that has not failed.
///
/// @param callNumber the call, see [CallKey]
/// @param state of that call: reserved, executed or unknown
/// @param argsHash other arguments under the same explicit key are `key_reused`
/// @param attemptId of the call that made it
/// @param createdAtMs when that call was reserved
/// @param expiresAtMs exclusive; an executed call is repeated after it. Unknown ones stay
public record DedupRow(
    long callNumber,
    CallState state,
    String argsHash,
    @Nullable String attemptId,
    long createdAtMs,
    long expiresAtMs) {
  public DedupRow withState(CallState changed) {
    return new DedupRow(callNumber, changed, argsHash, attemptId, createdAtMs, expiresAtMs);
  }
}
