package dev.onceonly.testkit;

import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailQueries.Due;
import dev.onceonly.core.notify.MailRow;
import dev.onceonly.core.run.RunEventKey;
import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunQueries.EventCursor;
import dev.onceonly.core.run.RunQueries.EventPage;
import dev.onceonly.core.run.RunQueries.OpenTask;
import dev.onceonly.core.run.RunQueries.RunPage;
import dev.onceonly.core.run.RunRow;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Reads of runs and of the outbox on the store in memory. Guarded by the store's lock.
final class MemoryRuns {
  private static final Comparator<EventCursor> IN_ORDER =
      Comparator.comparingLong(EventCursor::ts).thenComparingLong(EventCursor::id);

  private final MemoryRows rows;

  MemoryRuns(MemoryRows rows) {
    this.rows = rows;
  }

  RunPage runs(long namespaceId, String prefix, int limit, int offset) {
    List<RunPage.Found> found = new ArrayList<>();
    rows.each(
        RunKey.class,
        RunRow.class,
        (key, row) -> {
          if (key.namespaceId() == namespaceId && key.runId().startsWith(prefix)) {
            found.add(new RunPage.Found(key.runId(), row));
          }
        });
    found.sort(
        Comparator.comparingLong((RunPage.Found run) -> run.row().lastTs())
            .reversed()
            .thenComparing(
                run -> run.runId().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
    return new RunPage(found.size(), found.stream().skip(offset).limit(limit).toList());
  }

  EventPage events(RunKey run, int limit, int offset) {
    List<EventPage.Found> found = events(run);
    return new EventPage(found.size(), found.stream().skip(offset).limit(limit).toList());
  }

  List<EventPage.Found> eventsAfter(RunKey run, EventCursor after, int limit) {
    return events(run).stream()
        .filter(event -> IN_ORDER.compare(event.cursor(), after) > 0)
        .limit(limit)
        .toList();
  }

  private List<EventPage.Found> events(RunKey run) {
    List<EventPage.Found> found = new ArrayList<>();
    rows.each(
        RunEventKey.class,
        RunEventRow.class,
        (key, row) -> {
          if (key.run().equals(run)) {
            found.add(new EventPage.Found(key.id(), row));
          }
        });
    found.sort(Comparator.comparing(EventPage.Found::cursor, IN_ORDER));
    return found;
  }

  List<OpenTask> openTasks(long nowMs, int limit) {
    List<OpenTask> found = new ArrayList<>();
    rows.each(
        TaskKey.class,
        TaskRow.class,
        (key, row) -> {
          if (row.claimUntilMs() <= nowMs) {
            found.add(new OpenTask(key, row));
          }
        });
    found.sort(Comparator.comparingLong(task -> task.row().queuedAtMs()));
    return found.stream().limit(limit).toList();
  }

  long openTasks(long namespaceId, String agentId) {
    List<TaskKey> found = new ArrayList<>();
    rows.each(
        TaskKey.class,
        TaskRow.class,
        (key, row) -> {
          if (key.namespaceId() == namespaceId
              && (agentId.equals(AgentKey.ALL) || row.plan().agentId().equals(agentId))) {
            found.add(key);
          }
        });
    return found.size();
  }

  List<Due> dueMails(long nowMs, int limit) {
    List<Due> found = new ArrayList<>();
    rows.each(
        MailKey.class,
        MailRow.class,
        (key, row) -> {
          if (nextAtMs(row) <= nowMs) {
            found.add(new Due(key, row));
          }
        });
    found.sort(Comparator.comparingLong(mail -> nextAtMs(mail.row())));
    return found.stream().limit(limit).toList();
  }

  /// For ever away where it is done.
  private static long nextAtMs(MailRow row) {
    Long nextAtMs = row.nextAtMs();
    return nextAtMs == null ? Long.MAX_VALUE : nextAtMs;
  }
}
