package dev.onceonly.sdk.internal.http;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Side effects at a future's end.
public final class Completion {
  private Completion() {}

  /// Does something when the future is completed, in whatever way. The action must not throw, since
  /// nobody would see it.
  public static <T extends @Nullable Object> void of(
      CompletableFuture<T> future, BiConsumer<? super T, ? super @Nullable Throwable> action) {
    var unused = future.whenComplete(action);
  }
}
