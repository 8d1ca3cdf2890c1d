package dev.onceonly.sdk;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a key stands. What the server did not send is null.
///
/// @param ok false for a key that the server does not know
/// @param status `in_progress`, `completed`, `failed` or `not_found`; unknown ones as they are
/// @param key the key
/// @param leaseId the last owner's lease
/// @param version grows with every change of the key
/// @param ttlLeft how long the lease still lasts
/// @param firstSeenAt when the key was acquired
/// @param retryAfter when asking again is worth it
/// @param doneAt when the run ended
/// @param errorCode why it failed
/// @param resultHash the hash that its owner gave with the result
/// @param fence grows from owner to owner
/// @param raw the whole answer, unmodifiable
public record AiStatus(
    boolean ok,
    @Nullable String status,
    @Nullable String key,
    @Nullable String leaseId,
    @Nullable Long version,
    @Nullable Duration ttlLeft,
    @Nullable Instant firstSeenAt,
    @Nullable Duration retryAfter,
    @Nullable Instant doneAt,
    @Nullable String errorCode,
    @Nullable String resultHash,
    @Nullable Long fence,
    Map<String, @Nullable Object> raw) {
  /// Whether the run has ended, well or not.
  public boolean isDone() {
    return "completed".equals(status) || "failed".equals(status);
  }
}
