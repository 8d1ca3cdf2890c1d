package dev.onceonly.http.ui;

import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunOutline;
import dev.onceonly.core.run.RunQueries.EventPage;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One run's events as a page: what happened, when, for how long, and with what data.
public final class TimelinePage {
  /// What making a page holds of the heap at most, beside the events that it is shown: the last
  /// events, by which its state is told, and the longest data with its indents.
  public static final long HELD_BYTES = 5L << 20;

  // A page of 2,000 events could have 32 MB of data, which no browser shows with pleasure, and
  // indents make it sixty times as long.
  private static final int DATA_CHARS_MAX = 2 << 20;
  private static final String DATA_LEFT_OUT = "Not shown: ask for fewer events on a page.";

  private TimelinePage() {}

  record View(
      Layout layout,
      String runId,
      @Nullable Status state,
      List<Fact> facts,
      List<TimeAxis.Tick> ticks,
      Iterable<Row> rows,
      boolean none,
      Paging paging) {
    boolean known() {
      return !facts.isEmpty();
    }
  }

  /// What a page shows.
  ///
  /// @param total events of the run
  /// @param count of them on this page
  /// @param events those on this page; gone through twice, and never kept
  /// @param outline null where the run has no events
  public record Shown(
      String runId,
      Paging.Window window,
      long total,
      int count,
      Iterable<EventPage.Found> events,
      @Nullable RunOutline outline) {}

  record Fact(String name, String shown, @Nullable String iso) {}

  /// @param tone the colour of its bar
  record Row(
      String offset,
      Times.At at,
      String type,
      @Nullable Status status,
      List<Label> labels,
      @Nullable String message,
      String tone,
      TimeAxis.Bar bar,
      @Nullable String duration,
      @Nullable String data) {
    boolean labelled() {
      return !labels.isEmpty();
    }
  }

  record Label(String name, String text) {}

  /// Shows a page of a run, written while it is sent.
  public static Reply of(Request request, Shown shown) {
    RunOutline outline = shown.outline();
    TimeAxis axis = outline == null ? new TimeAxis(0, 0) : TimeAxis.of(outline, shown.events());
    View view =
        new View(
            Layout.of(shown.runId(), request),
            shown.runId(),
            outline == null ? null : Status.of(outline.status()),
            outline == null ? List.of() : facts(outline, axis, shown.total()),
            axis.ticks(),
            () -> new Rows(shown.events().iterator(), axis),
            shown.count() == 0,
            Paging.of(request.rawPath(), "", shown.window(), shown.count(), shown.total()));
    return Layout.streamed(200, "timeline", view);
  }

  private static List<Fact> facts(RunOutline outline, TimeAxis axis, long total) {
    Times.At first = Times.At.ofSeconds(outline.first().row().ts());
    Times.At last = Times.At.ofSeconds(outline.last().row().ts());
    return List.of(
        new Fact("Started", first.text(), first.iso()),
        new Fact(outline.finished() ? "Ended" : "Last event", last.text(), last.iso()),
        new Fact("Duration", Times.span(axis.lengthMs()), null),
        new Fact("Events", Long.toString(total), null));
  }

  /// Each event becomes a row when its turn has come.
  private static final class Rows implements Iterator<Row> {
    private final Iterator<EventPage.Found> events;
    private final TimeAxis axis;
    private int charsLeft = DATA_CHARS_MAX;

    Rows(Iterator<EventPage.Found> events, TimeAxis axis) {
      this.events = events;
      this.axis = axis;
    }

    @Override
    public boolean hasNext() {
      return events.hasNext();
    }

    @Override
    public Row next() {
      RunEventRow event = events.next().row();
      String json = event.dataJson();
      return row(event, axis, json == null ? null : data(json));
    }

    private String data(String json) {
      if (json.length() > charsLeft) {
        return DATA_LEFT_OUT;
      }
      String pretty = pretty(json);
      if (pretty.length() > charsLeft) {
        return DATA_LEFT_OUT;
      }
      charsLeft -= pretty.length();
      return pretty;
    }
  }

  private static Row row(RunEventRow event, TimeAxis axis, @Nullable String data) {
    Long duration = event.durationMs();
    return new Row(
        "+" + Times.span(axis.offsetMs(event)),
        Times.At.ofSeconds(event.ts()),
        event.type(),
        Status.of(event.labels().status()),
        labels(event.labels()),
        event.labels().message(),
        Status.tone(event.labels().status()),
        axis.bar(event),
        duration == null ? null : Times.span(duration),
        data);
  }

  private static List<Label> labels(RunEventRow.Labels labels) {
    List<Label> shown = new ArrayList<>();
    add(shown, "step", labels.step());
    add(shown, "tool", labels.tool());
    add(shown, "agent", labels.ids().agentId());
    add(shown, "lease", labels.ids().leaseId());
    add(shown, "request", labels.ids().reqId());
    return shown;
  }

  private static void add(List<Label> labels, String name, @Nullable String value) {
    if (value != null) {
      labels.add(new Label(name, value));
    }
  }

  private static String pretty(String json) {
    return Json.pretty(Json.read(json.getBytes(StandardCharsets.UTF_8)));
  }
}
