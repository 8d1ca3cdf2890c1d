package dev.onceonly.sdk;

/// Which part of the recent feed is read. Mutable: a verb makes one, hands it to the function that
/// it is given, and reads it at once.
public final class EventsOptions {
  int limit = 50;
  int offset;

  EventsOptions() {}

  /// How many at most: 1 to 200; 50 unless set.
  public EventsOptions limit(int limit) {
    this.limit = limit;
    return this;
  }

  /// How many of the newest are left out; none unless set.
  public EventsOptions offset(int offset) {
    this.offset = offset;
    return this;
  }
}
