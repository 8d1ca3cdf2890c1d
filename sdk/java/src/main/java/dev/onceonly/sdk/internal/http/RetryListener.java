package dev.onceonly.sdk.internal.http;

import dev.onceonly.sdk.error.OnceOnlyException;
import java.time.Duration;

/// Is told of each further attempt before it is made.
@FunctionalInterface
public interface RetryListener {
  /// Hears of one further attempt.
  ///
  /// @param path of the address, without the query
  /// @param attempt how many attempts there have been
  /// @param pause until the next one
  /// @param failure what the last one has come to
  void retrying(String method, String path, int attempt, Duration pause, OnceOnlyException failure);
}
