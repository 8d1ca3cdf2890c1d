package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Results;
import dev.onceonly.sdk.internal.json.Values;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a run has given. What the server did not send is null.
///
/// @param ok false for a key that the server does not know, and for local outcomes such as a wait
///   that ended
/// @param status `completed`, `failed`, `in_progress` or `not_found`; unknown ones as they are
/// @param key the key
/// @param result what it has given, when it is an object; a function's other values stand in it as
///   `data`
/// @param resultHash the hash that its owner gave with the result
/// @param errorCode why it failed; `timeout`, `not_acquired` and `missing_lease_id` are this
///   client's own words
/// @param doneAt when the run ended
/// @param value the result as the type that was asked for as `model`; null without one or without a
///   result
/// @param raw the whole answer, unmodifiable
public record AiResult(
    boolean ok,
    @Nullable String status,
    @Nullable String key,
    @Nullable Map<String, @Nullable Object> result,
    @Nullable String resultHash,
    @Nullable String errorCode,
    @Nullable Instant doneAt,
    @Nullable Object value,
    Map<String, @Nullable Object> raw)
    implements RunOutcome {
  /// The value of a method guarded by `@IdempotentAi` whose return type is `AiResult`: the guard
  /// stores the value and gives the run's real outcome in place of this.
  public static AiResult of(@Nullable Object value) {
    return new AiResult(
        true, "completed", null, Values.object(value), null, null, null, null, Map.of());
  }

  /// The same with the result as a `value` of this type; without one when the type is null.
  ///
  /// @throws IllegalArgumentException if the result can't be read as that type
  AiResult as(@Nullable Class<?> model) {
    return model == null
        ? this
        : new AiResult(
            ok, status, key, result, resultHash, errorCode, doneAt, Results.as(result, model), raw);
  }

  /// Whether the run has ended well.
  public boolean isCompleted() {
    return "completed".equals(status);
  }

  /// The result as a record, bean, list or scalar; null when there is none.
  ///
  /// @throws IllegalArgumentException if it can't be read as that type
  public <T> @Nullable T result(Class<T> type) {
    return Results.as(result, type);
  }
}
