package dev.onceonly.core.service;

import dev.onceonly.core.run.PostEvent;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunOutline;
import dev.onceonly.core.run.RunQueries.EventCursor;
import dev.onceonly.core.run.RunQueries.EventPage;
import dev.onceonly.core.run.RunQueries.RunPage;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Timelines of runs, written by callers and read by people and programs. Thread-safe.
public final class Timelines {
  /// How many of a run's last events are searched for what says how it stands: callers may add
  /// notes after its end.
  private static final int TAIL_EVENTS = 100;

  private final Store store;

  public Timelines(Store store) {
    this.store = store;
  }

  /// Stores one event, durably.
  ///
  /// @return its id
  /// @throws dev.onceonly.core.Failure as [dev.onceonly.core.step.Lane#run], and `STORAGE_LOW`:
  ///   events only record, so a low disk refuses them first
  public long post(PostEvent event) {
    Locks.requireSpace(store);
    return store.run(new PostStep(event));
  }

  /// A page of runs, the newest last event first.
  ///
  /// @param prefix of the run id; empty for all
  public RunPage runs(long namespaceId, String prefix, int limit, int offset) {
    return store.runs(namespaceId, prefix, limit, offset);
  }

  /// A page of one run's events, ascending by `(ts, id)`. An unknown run has none.
  public EventPage events(RunKey run, int limit, int offset) {
    return store.events(run, limit, offset);
  }

  /// The next events of a run behind a place, so that a long answer is made in pieces. Only the
  /// events of one call are in memory at a time: up to about 20 KiB each.
  public List<EventPage.Found> eventsAfter(RunKey run, EventCursor after, int limit) {
    return store.eventsAfter(run, after, limit);
  }

  /// How a whole run stands, or null where it has no events. Read apart from [#events], so one may
  /// know an event more than the other.
  public @Nullable RunOutline outline(RunKey run) {
    EventPage head = store.events(run, 1, 0);
    if (head.items().isEmpty()) {
      return null;
    }
    int tailFrom = Math.toIntExact(Math.clamp(head.total() - TAIL_EVENTS, 0, Integer.MAX_VALUE));
    EventPage tail = store.events(run, TAIL_EVENTS, tailFrom);
    // Retention may have taken what the second query looks for.
    return RunOutline.of(
        head.items().getFirst(), tail.items().isEmpty() ? head.items() : tail.items());
  }

  record PostStep(PostEvent event) implements Step<Long> {
    @Override
    public long namespaceId() {
      return event.run().namespaceId();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return TimelineWriter.reads(event.run());
    }

    @Override
    public Decided<Long> decide(Rows rows, Instant now) {
      TimelineWriter timeline = new TimelineWriter(event.run(), rows);
      long id = timeline.append(event.storedAt(now.toEpochMilli()));
      List<Change<?>> changes = new ArrayList<>();
      timeline.saveInto(changes);
      return new Decided<>(id, changes, List.of(), null);
    }
  }
}
