package dev.onceonly.core;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A key given to one caller. Grows from grant to grant: `fence` is the larger of the key's last
/// fence
/// + 1 and the store's clock in microseconds, so that it grows even where the key was forgotten.
///
/// @param fence below 2^53
/// @param token random; the lease id or lock id is made of it
/// @param ttlMs as granted; a lease's extends do not change it
/// @param claimedBy number of the API key that claimed it; 0 where that is not known, because it
///   was claimed before this was kept
public record Grant(
    long fence,
    long grantedAtMs,
    long ttlMs,
    long token,
    @Nullable String attemptId,
    @Nullable String fingerprint,
    long claimedBy) {

  /// The grant that follows `last` when `claim` wins at `now`.
  ///
  /// @param last the key's last grant while it is remembered
  public static Grant next(@Nullable Grant last, Claim claim, Instant now) {
    long clockUs = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    long fence = last == null ? clockUs : Math.max(last.fence + 1, clockUs);
    return new Grant(
        fence,
        now.toEpochMilli(),
        claim.ttlMs(),
        claim.token(),
        claim.attemptId(),
        claim.fingerprint(),
        claim.claimant().keyNumber());
  }

  /// Whether `claim` is the winner's own call, asking again because its answer was lost. A key that
  /// may touch only its own claims is told nothing of another's, whatever attempt id it gives.
  ///
  /// @param windowMs how long after the grant the same attempt id is recognised
  public boolean isReplayedBy(Claim claim, Instant now, long windowMs) {
    return attemptId != null
        && attemptId.equals(claim.attemptId())
        && now.toEpochMilli() < grantedAtMs + windowMs
        && claim.claimant().mayTouch(this);
  }

  /// Whether both sides gave a fingerprint and they differ: the same key for another payload.
  public boolean contradicts(Claim claim) {
    return fingerprint != null
        && claim.fingerprint() != null
        && !fingerprint.equals(claim.fingerprint());
  }
}
