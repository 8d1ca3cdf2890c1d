package dev.onceonly.core.lease;

import org.jspecify.annotations.Nullable;

/// How a lease finished.
///
/// @param resultHash the client's own, stored as given, not verified
/// @param errorCode null exactly when completed
/// @param payloadHash SHA-256 of the result's canonical JSON: whether a repeated completion has the
///   same payload; null when there was no result
/// @param canceled whether it was a cancellation, which is another outcome than a failure with the
///   same error code; null where that was not kept: when completed, and in rows of before
public record Ending(
    long doneAtMs,
    @Nullable String resultHash,
    @Nullable String errorCode,
    @Nullable String errorHash,
    @Nullable String payloadHash,
    @Nullable Boolean canceled) {

  public boolean isFailed() {
    return errorCode != null;
  }
}
