package dev.onceonly.core.lock;

import dev.onceonly.core.Grant;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.KeyReused;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Decides locks. Pure and thread-safe.
///
/// @param replayWindowMs how long after a grant its attempt id is recognised
public record LockRules(long replayWindowMs) {

  /// Decides one check. A lock whose expiry is at or before `now`, or that was released, is free; a
  /// repeat does not extend a live one.
  public CheckResult check(@Nullable LockRow current, CheckLock command, Instant now) {
    if (current == null || !current.isLive(now)) {
      Grant last = current == null ? null : current.grant();
      return new CheckResult.Locked(
          new LockRow(Grant.next(last, command.claim(), now), false, command.metadata()));
    }
    if (current.grant().contradicts(command.claim())) {
      return new CheckResult.Reused(
          KeyReused.of(command.key().key(), current.grant(), command.claim()));
    }
    return current.grant().isReplayedBy(command.claim(), now, replayWindowMs)
        ? new CheckResult.Replayed(current)
        : new CheckResult.Duplicate(current);
  }

  /// Decides one release. A row past its original TTL knows nobody any more.
  public ReleaseResult release(@Nullable LockRow current, ReleaseLock command, Instant now) {
    if (current == null
        || now.toEpochMilli() >= current.expiresAtMs()
        || !isWinner(current.grant(), command)) {
      return new ReleaseResult.Mismatch();
    }
    if (!command.by().mayTouch(current.grant())) {
      return new ReleaseResult.Forbidden();
    }
    return current.released()
        ? new ReleaseResult.AlreadyReleased()
        : new ReleaseResult.Released(new LockRow(current.grant(), true, current.metadata()));
  }

  private static boolean isWinner(Grant grant, ReleaseLock command) {
    if (command.lockId() != null) {
      return command.lockId().equals(GrantId.lock(grant.token()));
    }
    return grant.attemptId() != null && grant.attemptId().equals(command.attemptId());
  }
}
