package dev.onceonly.core.run;

import dev.onceonly.core.run.RunQueries.EventPage.Found;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A whole run at a glance.
///
/// @param first its earliest event
/// @param last its latest event
/// @param status what the newest of its events that start or finish a run says; null where there is
///   none among the last events that were looked at
/// @param finished whether that event finishes it
public record RunOutline(Found first, Found last, @Nullable String status, boolean finished) {
  private static final String STARTED = "run_started";
  private static final String FINISHED = "run_finished";

  /// The outline of a run.
  ///
  /// @param tail its last events, ascending, at least one
  public static RunOutline of(Found first, List<Found> tail) {
    String status = null;
    boolean finished = false;
    for (Found event : tail) {
      String type = event.row().type();
      if (type.equals(STARTED) || type.equals(FINISHED)) {
        String said = event.row().labels().status();
        status = said == null ? type : said;
        finished = type.equals(FINISHED);
      }
    }
    return new RunOutline(first, tail.getLast(), status, finished);
  }

  /// When an event happened, in milliseconds. The timeline's own clock has seconds; where an event
  /// was stored within the second in which it happened, the instant of storing says more.
  public static long instantMs(RunEventRow event) {
    return Math.floorDiv(event.atMs(), 1_000) == event.ts() ? event.atMs() : event.ts() * 1_000;
  }
}
