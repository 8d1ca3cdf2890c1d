package dev.onceonly.http.api;

import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunQueries.EventCursor;
import dev.onceonly.core.run.RunQueries.EventPage;
import dev.onceonly.core.service.Timelines;
import dev.onceonly.http.ui.Paging;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// A page of a run's events, of which only a piece is in memory at a time: a whole one may be 2,000
/// events of 20 KiB. An event that retention takes meanwhile is not met. Goes through them once,
/// for each call of [#iterator()].
final class EventPieces implements Iterable<EventPage.Found> {
  /// Events that are read at once, ...
  static final int PIECE_EVENTS = 25;

  /// ... and what one of them may hold of the heap: its data (16 KiB), its message and its labels,
  /// at two bytes for each character.
  static final int EVENT_BYTES = 40 * 1_024;

  private final Timelines timelines;
  private final RunKey run;
  private final int limit;
  private final EventPage first;

  EventPieces(Timelines timelines, RunKey run, Paging.Window window) {
    this.timelines = timelines;
    this.run = run;
    this.limit = window.limit();
    this.first = timelines.events(run, Math.min(limit, PIECE_EVENTS), window.offset());
  }

  /// Bytes that reading them holds at a time.
  static long heldBytes(int limit) {
    return (long) EVENT_BYTES * Math.min(limit, PIECE_EVENTS);
  }

  /// Events of the whole run.
  long total() {
    return first.total();
  }

  /// How many there are on a page of this window.
  static int shown(Paging.Window window, long total) {
    return Math.toIntExact(Math.clamp(total - window.offset(), 0, window.limit()));
  }

  @Override
  public Iterator<EventPage.Found> iterator() {
    return new Walk();
  }

  private final class Walk implements Iterator<EventPage.Found> {
    private List<EventPage.Found> piece = first.items();
    private int nextIndex;
    private int left = limit;

    @Override
    public boolean hasNext() {
      if (left == 0 || piece.isEmpty()) {
        return false;
      }
      if (nextIndex == piece.size()) {
        EventPage.Found last = piece.getLast();
        piece =
            timelines.eventsAfter(
                run, new EventCursor(last.row().ts(), last.id()), Math.min(left, PIECE_EVENTS));
        nextIndex = 0;
      }
      return !piece.isEmpty();
    }

    @Override
    public EventPage.Found next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      left--;
      return piece.get(nextIndex++);
    }
  }
}
