package dev.onceonly.sdk;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `checkLock` gives. Exactly one of `locked` and `duplicate` is true.
///
/// @param locked whether the caller is the first and should act
/// @param duplicate whether another has locked the key before
/// @param key the key
/// @param ttl how long the lock lasts; null when not told
/// @param firstSeenAt when a duplicate's key was locked; null when not told
/// @param requestId what the server calls the request; `fail-open` when it was not asked
/// @param statusCode the answer's HTTP status; 0 when there was none
/// @param lockId what `releaseLock` needs; null when the caller did not lock
/// @param fence grows from owner to owner, so that a receiver can refuse a smaller one than it has
///   seen; null when not told
/// @param replayed whether this is the answer of an earlier attempt of the same call
/// @param failedOpen whether the server could not be asked and the action goes on **unprotected**
/// @param raw the whole answer, unmodifiable
public record CheckLockResult(
    boolean locked,
    boolean duplicate,
    String key,
    @Nullable Duration ttl,
    @Nullable Instant firstSeenAt,
    @Nullable String requestId,
    int statusCode,
    @Nullable String lockId,
    @Nullable Long fence,
    boolean replayed,
    boolean failedOpen,
    Map<String, @Nullable Object> raw)
    implements BatchItem {
  /// Whether the action should be done now.
  public boolean shouldProceed() {
    return locked && !duplicate;
  }

  /// Whether the action has been claimed before.
  public boolean isDuplicate() {
    return duplicate;
  }
}
