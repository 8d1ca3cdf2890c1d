package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Results;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A keyed run as `ai().run` found or started it. What the server did not send is null.
///
/// @param ok whether the server took the request as it was meant
/// @param status `acquired`, `polling`, `completed` or `failed`; unknown ones as they are
/// @param key the key
/// @param leaseId the lease, the caller's own only when `acquired`
/// @param version grows with every change of the key
/// @param ttl how long the lease lasts without being extended
/// @param ttlLeft how long it still lasts
/// @param firstSeenAt when the key was acquired
/// @param charged how much of the plan this call took
/// @param usage how much of the plan is used this month
/// @param limit the plan's monthly limit
/// @param retryAfter when asking again is worth it
/// @param doneAt when the run ended
/// @param errorCode why it failed
/// @param resultHash the hash that its owner gave with the result
/// @param result what it has given, when it is an object
/// @param fence grows from owner to owner
/// @param replayed whether this is the answer of an earlier attempt of the same call
/// @param raw the whole answer, unmodifiable
public record AiRun(
    boolean ok,
    @Nullable String status,
    @Nullable String key,
    @Nullable String leaseId,
    @Nullable Long version,
    @Nullable Duration ttl,
    @Nullable Duration ttlLeft,
    @Nullable Instant firstSeenAt,
    @Nullable Long charged,
    @Nullable Long usage,
    @Nullable Long limit,
    @Nullable Duration retryAfter,
    @Nullable Instant doneAt,
    @Nullable String errorCode,
    @Nullable String resultHash,
    @Nullable Map<String, @Nullable Object> result,
    @Nullable Long fence,
    boolean replayed,
    Map<String, @Nullable Object> raw)
    implements RunOutcome {
  /// The result as a record, bean, list or scalar; null when there is none.
  ///
  /// @throws IllegalArgumentException if it can't be read as that type
  public <T> @Nullable T result(Class<T> type) {
    return Results.as(result, type);
  }
}
