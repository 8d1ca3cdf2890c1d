package dev.onceonly.sdk;

/// Which part of a run's timeline is read.
///
/// @param limit how many at most: 1 to 2,000
/// @param offset how many of the oldest events are left out
public record GetRunTimelineOptions(int limit, int offset) {
  private static final GetRunTimelineOptions DEFAULTS = new GetRunTimelineOptions(200, 0);

  /// Every option at its default.
  public static GetRunTimelineOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `limit`.
  public GetRunTimelineOptions limit(int limit) {
    return new GetRunTimelineOptions(limit, offset);
  }

  /// A copy with another `offset`.
  public GetRunTimelineOptions offset(int offset) {
    return new GetRunTimelineOptions(limit, offset);
  }
}
