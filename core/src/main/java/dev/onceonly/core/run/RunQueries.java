package dev.onceonly.core.run;

import java.util.List;

/// Reads of runs that name no single row. What they see has been flushed. Thread-safe.
public interface RunQueries {

  /// A page of runs, newest last event first, then by run id.
  ///
  /// @param total of all that match
  record RunPage(long total, List<RunPage.Found> items) {

    /// A run and its id.
    public record Found(String runId, RunRow row) {}
  }

  /// A page of one run's events, ascending by `(ts, id)`.
  record EventPage(long total, List<EventPage.Found> items) {

    /// An event and its id.
    public record Found(long id, RunEventRow row) {

      /// Where this event stands among its run's.
      public EventCursor cursor() {
        return new EventCursor(row.ts(), id);
      }
    }
  }

  /// A place in a run's events: behind the event with this time and id.
  ///
  /// @param ts the event's, seconds since 1970
  record EventCursor(long ts, long id) {
    /// Before every event.
    public static final EventCursor START = new EventCursor(Long.MIN_VALUE, Long.MIN_VALUE);
  }

  /// A keyed run that is queued or running.
  record OpenTask(TaskKey key, TaskRow row) {}

  /// Runs of a namespace.
  ///
  /// @param prefix of the run id, compared exactly; empty for all
  RunPage runs(long namespaceId, String prefix, int limit, int offset);

  /// A page of one run's events. What it skips costs a step in an index each: who reads on uses
  /// [#eventsAfter].
  EventPage events(RunKey run, int limit, int offset);

  /// The next events of a run behind a place, ascending by `(ts, id)`: costs what it gives, however
  /// far behind the start. An event that is stored meanwhile at an earlier time is not met.
  ///
  /// @param limit at least 1
  /// @return fewer than `limit` only where there are no more
  List<EventPage.Found> eventsAfter(RunKey run, EventCursor after, int limit);

  /// Tasks of all namespaces whose claim has lapsed at `nowMs`, oldest first.
  List<OpenTask> openTasks(long nowMs, int limit);

  /// How many tasks of one agent are queued or running; of any agent for `*`.
  long openTasks(long namespaceId, String agentId);
}
