package dev.onceonly.server.fault;

import dev.onceonly.server.fault.Acknowledged.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What was acknowledged about one lock, in whatever order the answers came. A fence is the store's
/// clock in microseconds at the grant, so it says when a lock was won.
final class LockHistory {
  /// Expiry is kept in whole milliseconds.
  private static final long ROUNDING_US = 1_000;

  private final Place place;

  /// The ids of the wins, by their fences.
  private final TreeMap<Long, String> wins = new TreeMap<>();

  private final List<String> wonTwice = new ArrayList<>();

  LockHistory(Place place) {
    this.place = place;
  }

  void add(Acknowledged fact) {
    if (fact.outcome() != Outcome.LOCKED) {
      return;
    }
    String known = wins.put(fact.fence(), fact.id());
    if (known != null && !known.equals(fact.id())) {
      wonTwice.add(place + " was won twice at fence " + fact.fence());
    }
    Long before = wins.lowerKey(fact.fence());
    Long after = wins.higherKey(fact.fence());
    requireApart(before, fact.fence());
    requireApart(fact.fence(), after);
  }

  private void requireApart(@Nullable Long first, @Nullable Long second) {
    if (first != null && second != null && second < freeAgainUs(first)) {
      wonTwice.add(
          "%s was won at %d and, before its expiry, at %d".formatted(place, first, second));
    }
  }

  private long freeAgainUs(long fence) {
    return fence + place.ttlSeconds() * 1_000_000L - ROUNDING_US;
  }

  List<String> wonTwice() {
    return wonTwice;
  }

  /// The last grant's fence, or null where nobody was told that he had won.
  @Nullable Long lastFence() {
    return wins.isEmpty() ? null : wins.lastKey();
  }

  /// Whether the lock, found in a store at `nowUs`, is what was acknowledged; null, or what is
  /// wrong.
  ///
  /// @param id null where there is no lock
  @Nullable String lost(@Nullable String id, long fence, long nowUs) {
    Long last = lastFence();
    if (id == null) {
      boolean over = place.isBrief() && (last == null || nowUs >= freeAgainUs(last));
      return over ? null : place + " is gone";
    }
    if (last == null) {
      return null;
    }
    if (fence < last) {
      return place + " is at fence " + fence + ", acknowledged was " + last;
    }
    if (fence == last && !id.equals(wins.get(last))) {
      return place + " belongs to another";
    }
    return fence > last && fence < freeAgainUs(last)
        ? place + " was won again, at " + fence + " after " + last
        : null;
  }

  /// Orders places so that a test's output is the same every time.
  static Comparator<Place> order() {
    return Comparator.comparing(Place::kind)
        .thenComparingInt(Place::namespace)
        .thenComparing(Place::key);
  }
}
