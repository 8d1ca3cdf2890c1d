package dev.onceonly.sdk;

/// Which part of the recent feed is read.
///
/// @param limit how many at most: 1 to 200
/// @param offset how many of the newest are left out
public record EventsOptions(int limit, int offset) {
  private static final EventsOptions DEFAULTS = new EventsOptions(50, 0);

  /// Every option at its default.
  public static EventsOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `limit`.
  public EventsOptions limit(int limit) {
    return new EventsOptions(limit, offset);
  }

  /// A copy with another `offset`.
  public EventsOptions offset(int offset) {
    return new EventsOptions(limit, offset);
  }
}
