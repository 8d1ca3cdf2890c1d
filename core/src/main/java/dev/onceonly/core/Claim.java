package dev.onceonly.core;

import org.jspecify.annotations.Nullable;

/// What a caller brings when it asks for a key.
///
/// @param ttlMs effective time to live, already clamped to the plan's bounds
/// @param token random: names the grant if this claim wins
/// @param attemptId the caller's id for this logical call, 1 to 128 visible ASCII characters
/// @param fingerprint of the payload, 1 to 128 characters; compared with the winner's
/// @param claimant whose claim it is if it wins: an API key, never the server
public record Claim(
    long ttlMs,
    long token,
    @Nullable String attemptId,
    @Nullable String fingerprint,
    Claimant claimant) {

  public Claim {
    if (ttlMs <= 0) {
      throw new IllegalArgumentException("ttlMs must be positive, was " + ttlMs);
    }
    if (claimant.keyNumber() == 0) {
      throw new IllegalArgumentException("only an API key claims anything");
    }
  }
}
