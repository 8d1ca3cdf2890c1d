package dev.onceonly.http.page;

import org.jspecify.annotations.Nullable;

/// Tells whether traffic should be sent here. Asked often: it answers from memory. Thread-safe.
@FunctionalInterface
public interface Readiness {

  /// Why not, for people; null when ready.
  @Nullable String troubles();
}
