package dev.onceonly.sdk;

import org.jspecify.annotations.Nullable;

/// Which runs are listed. Mutable: a verb makes one, hands it to the function that it is given, and
/// reads it at once.
public final class ListRunsOptions {
  int limit = 50;
  int offset;
  @Nullable String q;

  ListRunsOptions() {}

  /// How many at most: 1 to 500; 50 unless set.
  public ListRunsOptions limit(int limit) {
    this.limit = limit;
    return this;
  }

  /// How many of the newest are left out; none unless set.
  public ListRunsOptions offset(int offset) {
    this.offset = offset;
    return this;
  }

  /// What the run's id begins with; all unless set.
  public ListRunsOptions q(@Nullable String q) {
    this.q = q;
    return this;
  }
}
