package dev.onceonly.sdk;

/// Which part of a run's timeline is read. Mutable: a verb makes one, hands it to the function that
/// it is given, and reads it at once.
public final class GetRunTimelineOptions {
  int limit = 200;
  int offset;

  GetRunTimelineOptions() {}

  /// How many at most: 1 to 2,000; 200 unless set.
  public GetRunTimelineOptions limit(int limit) {
    this.limit = limit;
    return this;
  }

  /// How many of the oldest events are left out; none unless set.
  public GetRunTimelineOptions offset(int offset) {
    this.offset = offset;
    return this;
  }
}
