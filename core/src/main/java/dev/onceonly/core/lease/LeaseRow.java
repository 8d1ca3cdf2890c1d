package dev.onceonly.core.lease;

import dev.onceonly.core.Grant;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One lease as stored. Its metadata and its result stand in rows of their own, read only when
/// asked for.
///
/// @param version 1 at the first grant, +1 at every change, never restarting while the row is there
/// @param ttlMs as last asked for (grant or extend)
/// @param expiresAtMs exclusive: at this instant the claim is gone
/// @param ending null while in progress
public record LeaseRow(
    Grant grant, long version, long ttlMs, long expiresAtMs, @Nullable Ending ending) {

  /// In progress and not expired.
  public boolean isLive(Instant now) {
    return ending == null && now.toEpochMilli() < expiresAtMs;
  }

  /// When the row may be forgotten: the retention time after its last change or its expiry.
  public long forgetAtMs(long retentionMs) {
    return (ending == null ? expiresAtMs : ending.doneAtMs()) + retentionMs;
  }
}
