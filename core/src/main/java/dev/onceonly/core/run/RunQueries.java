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
    public record Found(long id, RunEventRow row) {}
  }

  /// A keyed run that is queued or running.
  record OpenTask(TaskKey key, TaskRow row) {}

  /// Runs of a namespace.
  ///
  /// @param prefix of the run id, compared exactly; empty for all
  RunPage runs(long namespaceId, String prefix, int limit, int offset);

  EventPage events(RunKey run, int limit, int offset);

  /// Tasks of all namespaces whose claim has lapsed at `nowMs`, oldest first.
  List<OpenTask> openTasks(long nowMs, int limit);
}
