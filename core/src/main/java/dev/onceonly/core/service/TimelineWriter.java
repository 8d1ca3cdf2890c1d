package dev.onceonly.core.service;

import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.run.RunEventKey;
import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Appends events to one run's timeline within one step. Lives for one call of `decide`; not
/// thread-safe.
final class TimelineWriter {
  private final RunKey run;
  private final List<Change<?>> events = new ArrayList<>(4);
  private @Nullable RunRow row;
  private long lastId;

  TimelineWriter(RunKey run, Rows rows) {
    this.run = run;
    this.row = rows.get(run);
    SequenceRow last = rows.get(SequenceKey.EVENTS);
    this.lastId = last == null ? 0 : last.last();
  }

  /// What a step has to name among its reads.
  static List<RowKey<?>> reads(RunKey run) {
    return List.of(run, SequenceKey.EVENTS);
  }

  /// Appends one event and returns its id.
  long append(RunEventRow event) {
    lastId++;
    row = RunRow.after(row, lastId, event);
    events.add(new Change<>(new RunEventKey(run, lastId), event));
    return lastId;
  }

  /// The run first: a store keeps the events beside it.
  void saveInto(List<Change<?>> changes) {
    RunRow current = row;
    if (!events.isEmpty() && current != null) {
      changes.add(new Change<>(run, current));
      changes.addAll(events);
      changes.add(new Change<>(SequenceKey.EVENTS, new SequenceRow(lastId)));
    }
  }
}
