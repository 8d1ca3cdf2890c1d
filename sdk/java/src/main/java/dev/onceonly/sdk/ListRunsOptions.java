package dev.onceonly.sdk;

import org.jspecify.annotations.Nullable;

/// Which runs are listed.
///
/// @param limit how many at most: 1 to 500
/// @param offset how many of the newest are left out
/// @param q what the run's id begins with; null for all
public record ListRunsOptions(int limit, int offset, @Nullable String q) {
  private static final ListRunsOptions DEFAULTS = new ListRunsOptions(50, 0, null);

  /// Every option at its default.
  public static ListRunsOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `limit`.
  public ListRunsOptions limit(int limit) {
    return new ListRunsOptions(limit, offset, q);
  }

  /// A copy with another `offset`.
  public ListRunsOptions offset(int offset) {
    return new ListRunsOptions(limit, offset, q);
  }

  /// A copy with another `q`.
  public ListRunsOptions q(@Nullable String q) {
    return new ListRunsOptions(limit, offset, q);
  }
}
