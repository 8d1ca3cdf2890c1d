package dev.onceonly.http.ui;

import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunOutline;
import dev.onceonly.core.run.RunQueries.EventPage;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One run's events as a page: what happened, when, for how long, and with what data.
public final class TimelinePage {
  // A page of 2,000 events could have 32 MB of data, which no browser shows with pleasure.
  private static final int DATA_CHARS_MAX = 2 << 20;
  private static final String DATA_LEFT_OUT = "Not shown: ask for fewer events on a page.";

  private TimelinePage() {}

  record View(
      Layout layout,
      String runId,
      @Nullable Status state,
      List<Fact> facts,
      List<TimeAxis.Tick> ticks,
      List<Row> rows,
      Paging paging) {
    boolean known() {
      return !facts.isEmpty();
    }
  }

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

  /// Shows a page of a run.
  ///
  /// @param outline null where the run has no events
  public static Reply of(
      Request request,
      String runId,
      Paging.Window window,
      EventPage page,
      @Nullable RunOutline outline) {
    TimeAxis axis = outline == null ? new TimeAxis(0, 0) : TimeAxis.of(outline, page.items());
    View view =
        new View(
            Layout.of(runId, request),
            runId,
            outline == null ? null : Status.of(outline.status()),
            outline == null ? List.of() : facts(outline, axis, page.total()),
            axis.ticks(),
            rows(page, axis),
            Paging.of(request.rawPath(), "", window, page.items().size(), page.total()));
    return Layout.reply(200, "timeline", view);
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

  private static List<Row> rows(EventPage page, TimeAxis axis) {
    List<Row> rows = new ArrayList<>(page.items().size());
    int charsLeft = DATA_CHARS_MAX;
    for (EventPage.Found event : page.items()) {
      String json = event.row().dataJson();
      String data = json == null ? null : json.length() > charsLeft ? DATA_LEFT_OUT : pretty(json);
      charsLeft -= json == null ? 0 : json.length();
      rows.add(row(event.row(), axis, data));
    }
    return rows;
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
