package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.ApiAnswer;
import dev.onceonly.sdk.internal.http.ApiRequest;
import dev.onceonly.sdk.internal.json.Fields;
import java.util.List;
import java.util.function.Function;

/// What a verb asks and how its answer is read; both are pure.
///
/// @param request what is asked
/// @param read makes the outcome of an answer of any status, or throws what it means
record Exchange<T>(ApiRequest request, Function<ApiAnswer, T> read) {
  /// The outcome is read from the answer's object.
  static <T> Exchange<T> of(ApiRequest request, Function<Fields, T> read) {
    return new Exchange<>(request, answer -> read.apply(answer.object()));
  }

  /// The outcome is a list, each read from an object.
  static <T> Exchange<List<T>> listOf(ApiRequest request, Function<Fields, T> read) {
    return new Exchange<>(
        request,
        answer ->
            Fields.objects(answer.list()).stream()
                .map(item -> read.apply(Fields.of(item)))
                .toList());
  }

  /// The same with other limits.
  Exchange<T> limits(ApiRequest.Limits limits) {
    return new Exchange<>(request.limits(limits), read);
  }
}
