package dev.onceonly.sdk.internal.http;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What a verb does, written once for blocking and asynchronous callers. It never blocks.
///
/// @param <T> what the verb gives
@FunctionalInterface
public interface Flow<T extends @Nullable Object> {
  /// Begins it as part of a call.
  CompletableFuture<T> begin(Call call);
}
