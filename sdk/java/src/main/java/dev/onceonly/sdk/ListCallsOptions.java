package dev.onceonly.sdk;

import org.jspecify.annotations.Nullable;

/// Which governed calls are listed.
///
/// @param state `reserved`, `executed`, `failed` or `unknown`; null for all
/// @param agentId whose calls; null for every agent
/// @param limit how many at most: 1 to 500
/// @param offset how many of the newest are left out
public record ListCallsOptions(
    @Nullable String state, @Nullable String agentId, int limit, int offset) {
  private static final ListCallsOptions DEFAULTS = new ListCallsOptions(null, null, 50, 0);

  /// Every option at its default.
  public static ListCallsOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `state`.
  public ListCallsOptions state(@Nullable String state) {
    return new ListCallsOptions(state, agentId, limit, offset);
  }

  /// A copy with another `agentId`.
  public ListCallsOptions agentId(@Nullable String agentId) {
    return new ListCallsOptions(state, agentId, limit, offset);
  }

  /// A copy with another `limit`.
  public ListCallsOptions limit(int limit) {
    return new ListCallsOptions(state, agentId, limit, offset);
  }

  /// A copy with another `offset`.
  public ListCallsOptions offset(int offset) {
    return new ListCallsOptions(state, agentId, limit, offset);
  }
}
