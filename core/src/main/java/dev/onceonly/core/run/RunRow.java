package dev.onceonly.core.run;

import org.jspecify.annotations.Nullable;

/// What the list of runs shows. The last event is the one with the largest `(ts, id)`.
///
/// @param lastTs unix seconds
public record RunRow(
    long lastTs, long lastEventId, String lastType, @Nullable String lastStatus, long events) {

  /// The run after one more event.
  public static RunRow after(@Nullable RunRow before, long eventId, RunEventRow event) {
    if (before == null) {
      return new RunRow(event.ts(), eventId, event.type(), event.labels().status(), 1);
    }
    boolean last =
        event.ts() > before.lastTs || (event.ts() == before.lastTs && eventId > before.lastEventId);
    return last
        ? new RunRow(event.ts(), eventId, event.type(), event.labels().status(), before.events + 1)
        : new RunRow(
            before.lastTs,
            before.lastEventId,
            before.lastType,
            before.lastStatus,
            before.events + 1);
  }
}
