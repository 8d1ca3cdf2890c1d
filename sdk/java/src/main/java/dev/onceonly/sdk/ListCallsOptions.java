package dev.onceonly.sdk;

import org.jspecify.annotations.Nullable;

/// Which governed calls are listed. Mutable: a verb makes one, hands it to the function that it is
/// given, and reads it at once.
public final class ListCallsOptions {
  @Nullable String state;
  @Nullable String agentId;
  int limit = 50;
  int offset;

  ListCallsOptions() {}

  /// `reserved`, `executed`, `failed` or `unknown`; all unless set.
  public ListCallsOptions state(@Nullable String state) {
    this.state = state;
    return this;
  }

  /// Whose calls; every agent's unless set.
  public ListCallsOptions agentId(@Nullable String agentId) {
    this.agentId = agentId;
    return this;
  }

  /// How many at most: 1 to 500; 50 unless set.
  public ListCallsOptions limit(int limit) {
    this.limit = limit;
    return this;
  }

  /// How many of the newest are left out; none unless set.
  public ListCallsOptions offset(int offset) {
    this.offset = offset;
    return this;
  }
}
