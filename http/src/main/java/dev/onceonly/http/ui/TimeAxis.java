package dev.onceonly.http.ui;

import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunOutline;
import dev.onceonly.core.run.RunQueries.EventPage.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The stretch of time that a run's bars are drawn on, in milliseconds since 1970.
record TimeAxis(long startMs, long endMs) {
  /// Marks on the axis, its two ends included.
  static final int TICKS = 5;

  // What is shorter could not be seen.
  private static final double WIDTH_MIN = 0.6;
  private static final double WHOLE = 100;

  /// A bar's place in percent of the axis.
  ///
  /// @param point whether the event has no duration, so that only its instant is marked
  record Bar(String x, String width, boolean point) {}

  /// A mark and its text.
  ///
  /// @param anchor the side of the text that is at the mark, as SVG calls it
  record Tick(String x, String anchor, String text) {}

  TimeAxis {
    if (endMs < startMs) {
      throw new IllegalArgumentException("an axis ends before it starts");
    }
  }

  /// From the run's first event to its last, widened to the begin of what is shown: an event with a
  /// duration ends at its instant, so it may have begun before the first one was reported.
  static TimeAxis of(RunOutline outline, Iterable<Found> shown) {
    long start = beginMs(outline.first().row());
    long end = RunOutline.instantMs(outline.last().row());
    for (Found event : shown) {
      start = Math.min(start, beginMs(event.row()));
      end = Math.max(end, RunOutline.instantMs(event.row()));
    }
    return new TimeAxis(start, end);
  }

  private static long beginMs(RunEventRow event) {
    Long duration = event.durationMs();
    return RunOutline.instantMs(event) - (duration == null ? 0 : duration);
  }

  long lengthMs() {
    return endMs - startMs;
  }

  /// How long after its start an event happened.
  long offsetMs(RunEventRow event) {
    return RunOutline.instantMs(event) - startMs;
  }

  Bar bar(RunEventRow event) {
    double end = percent(RunOutline.instantMs(event));
    if (event.durationMs() == null) {
      return new Bar(text(end), text(0), true);
    }
    double width = Math.max(end - percent(beginMs(event)), WIDTH_MIN);
    return new Bar(text(Math.clamp(end - width, 0, WHOLE - WIDTH_MIN)), text(width), false);
  }

  /// The marks, evenly spread. The outer ones' texts stay within the axis.
  List<Tick> ticks() {
    List<Tick> ticks = new ArrayList<>(TICKS);
    int last = TICKS - 1;
    for (int i = 0; i < TICKS; i++) {
      String shown = i == 0 ? "0" : Times.span(Math.round((double) lengthMs() * i / last));
      String anchor = i == 0 ? "start" : i == last ? "end" : "middle";
      ticks.add(new Tick(text(WHOLE * i / last), anchor, shown));
    }
    return ticks;
  }

  private double percent(long ms) {
    return lengthMs() == 0 ? 0 : Math.clamp((ms - startMs) * WHOLE / lengthMs(), 0, WHOLE);
  }

  private static String text(double percent) {
    return String.format(Locale.ROOT, "%.3f", percent);
  }
}
