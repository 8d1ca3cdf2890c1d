package dev.onceonly.core.lock;

import dev.onceonly.core.Grant;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One lock as stored.
///
/// @param released given back before its TTL ran out; kept until then so that a repeated release is
///   known
/// @param metadata the winner's, compact JSON, at most 2,048 bytes
public record LockRow(Grant grant, boolean released, @Nullable String metadata) {

  /// The instant at which the lock is gone (exclusive).
  public long expiresAtMs() {
    return grant.grantedAtMs() + grant.ttlMs();
  }

  public boolean isLive(Instant now) {
    return !released && now.toEpochMilli() < expiresAtMs();
  }
}
