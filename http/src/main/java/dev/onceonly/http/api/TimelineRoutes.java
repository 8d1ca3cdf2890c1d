package dev.onceonly.http.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.run.PostEvent;
import dev.onceonly.core.run.RunEventRow.Ids;
import dev.onceonly.core.run.RunEventRow.Labels;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunQueries.EventPage;
import dev.onceonly.core.run.RunQueries.RunPage;
import dev.onceonly.core.service.Timelines;
import dev.onceonly.http.ErrorPages;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.Route;
import dev.onceonly.http.input.Fields;
import dev.onceonly.http.input.TextRule;
import dev.onceonly.http.json.Json;
import dev.onceonly.http.ui.Paging;
import dev.onceonly.http.ui.RunListPage;
import dev.onceonly.http.ui.TimelinePage;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `POST /v1/events`, `/v1/runs` and `/v1/runs/{run_id}`: timelines, as JSON and as pages. (The
/// recent feed, `GET /v1/events`, is another thing: [UsageRoutes] has it.)
final class TimelineRoutes {
  private static final long TS_MAX = 253_402_300_799L;
  private static final long DURATION_MS_MAX = 1_000_000_000_000L;
  private static final int DATA_BYTES_MAX = 16 * 1_024;
  private static final TextRule LABEL = TextRule.of(0, 256);
  private static final TextRule MESSAGE = TextRule.of(0, 4_096);
  private static final int RUNS_LIMIT_MAX = 500;
  private static final int RUNS_LIMIT_DEFAULT = 50;
  private static final int EVENTS_LIMIT_MAX = 2_000;
  private static final int EVENTS_LIMIT_DEFAULT = 200;

  private final Timelines timelines;
  private final ErrorPages errorPages;

  TimelineRoutes(Timelines timelines, ErrorPages errorPages) {
    this.timelines = timelines;
    this.errorPages = errorPages;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/v1/events", Admitted.ACTING, this::post),
        Route.page("/v1/runs", Admitted.READING, errorPages, this::runs),
        Route.page("/v1/runs/{run_id}", Admitted.READING, errorPages, this::timeline));
  }

  record PostedBody(boolean ok, long eventId, String runId) {}

  private Reply post(Request request) {
    Caller caller = request.caller();
    Fields fields = request.body();
    RunKey run = new RunKey(caller.namespaceId(), fields.text("run_id", TextRule.KEY));
    String agentId = fields.optionalText("agent_id", TextRule.ID);
    PostEvent event =
        new PostEvent(
            run,
            fields.optionalInteger("ts", 0, TS_MAX),
            fields.text("type", TextRule.KEY),
            labels(fields, agentId),
            fields.optionalInteger("duration_ms", 0, DURATION_MS_MAX),
            fields.optionalObjectText("data", DATA_BYTES_MAX));
    request.done();
    if (agentId != null) {
      caller.requireSpeaksFor(agentId);
    }
    return Reply.ok(new PostedBody(true, timelines.post(caller, event), run.runId()));
  }

  // An empty text says nothing, so nothing is kept of it.
  private static Labels labels(Fields fields, @Nullable String agentId) {
    return new Labels(
        label(fields, "status", LABEL),
        label(fields, "step", LABEL),
        label(fields, "tool", LABEL),
        new Ids(
            label(fields, "req_id", LABEL), fields.optionalText("lease_id", TextRule.ID), agentId),
        label(fields, "message", MESSAGE));
  }

  private static @Nullable String label(Fields fields, String name, TextRule rule) {
    String text = fields.optionalText(name, rule);
    return text == null || text.isEmpty() ? null : text;
  }

  record RunsBody(long total, List<RunBody> items) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record RunBody(
      String runId, long lastTs, String lastType, @Nullable String lastStatus, long eventsCount) {
    static RunBody of(RunPage.Found run) {
      return new RunBody(
          run.runId(),
          run.row().lastTs(),
          run.row().lastType(),
          run.row().lastStatus(),
          run.row().events());
    }
  }

  private Reply runs(Request request) {
    int limit = request.query().integer("limit", 1, RUNS_LIMIT_MAX, RUNS_LIMIT_DEFAULT);
    int offset = request.query().integer("offset", 0, Integer.MAX_VALUE, 0);
    String given = request.query().optionalText("q", LABEL);
    request.done();
    String prefix = given == null ? "" : given;
    RunPage page = timelines.runs(request.caller().namespaceId(), prefix, limit, offset);
    return request.prefersHtml()
        ? RunListPage.of(request, prefix, new Paging.Window(limit, offset), page)
        : vary(
            Reply.ok(new RunsBody(page.total(), page.items().stream().map(RunBody::of).toList())));
  }

  /// @param data an object's JSON text, passed through as it was stored
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record EventBody(
      long id,
      String runId,
      long ts,
      String type,
      @Nullable String status,
      @Nullable Long durationMs,
      @Nullable String step,
      @Nullable String tool,
      @Nullable String reqId,
      @Nullable String leaseId,
      @Nullable String agentId,
      @Nullable String message,
      @JsonRawValue @Nullable String data) {
    static EventBody of(String runId, EventPage.Found event) {
      Labels labels = event.row().labels();
      return new EventBody(
          event.id(),
          runId,
          event.row().ts(),
          event.row().type(),
          labels.status(),
          event.row().durationMs(),
          labels.step(),
          labels.tool(),
          labels.ids().reqId(),
          labels.ids().leaseId(),
          labels.ids().agentId(),
          labels.message(),
          event.row().dataJson());
    }
  }

  private Reply timeline(Request request) {
    String runId = request.path("run_id", TextRule.KEY);
    int limit = request.query().integer("limit", 1, EVENTS_LIMIT_MAX, EVENTS_LIMIT_DEFAULT);
    int offset = request.query().integer("offset", 0, Integer.MAX_VALUE, 0);
    request.done();
    RunKey run = new RunKey(request.caller().namespaceId(), runId);
    Paging.Window window = new Paging.Window(limit, offset);
    request.holds(EventPieces.heldBytes(limit));
    if (request.prefersHtml()) {
      request.holds(TimelinePage.HELD_BYTES);
      EventPieces events = new EventPieces(timelines, run, window);
      return TimelinePage.of(
          request,
          new TimelinePage.Shown(
              runId,
              window,
              events.total(),
              EventPieces.shown(window, events.total()),
              events,
              timelines.outline(run)));
    }
    EventPieces events = new EventPieces(timelines, run, window);
    Iterator<EventPage.Found> walk = events.iterator();
    return vary(
        Reply.list(
            "{\"run_id\":" + Json.text(runId) + ",\"total\":" + events.total() + ",\"events\":[",
            new Iterator<EventBody>() {
              @Override
              public boolean hasNext() {
                return walk.hasNext();
              }

              @Override
              public EventBody next() {
                return EventBody.of(runId, walk.next());
              }
            },
            "]}"));
  }

  // The same path answers browsers otherwise, so no cache may mix the two up.
  private static Reply vary(Reply json) {
    return json.with("Vary", "Accept");
  }
}
