package dev.onceonly.server.fault;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// All that was acknowledged, over all lives of a server. Thread-safe.
final class Ledger {
  private final Map<Place, LockHistory> locks = new HashMap<>();
  private final Map<Place, LeaseHistory> leases = new HashMap<>();
  private final Set<Place> touched = new HashSet<>();
  private final Set<Place> inDoubt = new HashSet<>();
  private long answers;

  synchronized void acknowledged(Acknowledged fact) {
    answers++;
    touched.add(fact.place());
    switch (fact.place().kind()) {
      case LOCK -> lock(fact.place()).add(fact);
      case LEASE -> lease(fact.place()).add(fact);
    }
  }

  /// Sent and not answered: may have happened or not.
  synchronized void doubt(Attempt attempt) {
    inDoubt.add(attempt.place());
    if (attempt.place().kind() == Place.Kind.LEASE) {
      lease(attempt.place()).doubt(attempt);
    }
  }

  synchronized LockHistory lock(Place place) {
    return locks.computeIfAbsent(place, LockHistory::new);
  }

  synchronized LeaseHistory lease(Place place) {
    return leases.computeIfAbsent(place, LeaseHistory::new);
  }

  /// Whether anything about it was ever acknowledged.
  synchronized boolean isKnown(Place place) {
    return locks.containsKey(place) || leases.containsKey(place);
  }

  /// The places with answers since the last call.
  synchronized List<Place> takeTouched() {
    List<Place> taken = touched.stream().sorted(LockHistory.order()).toList();
    touched.clear();
    return taken;
  }

  /// The places with an attempt in doubt since the last call.
  synchronized List<Place> takeInDoubt() {
    List<Place> taken = inDoubt.stream().sorted(LockHistory.order()).toList();
    inDoubt.clear();
    return taken;
  }

  synchronized List<Place> places() {
    return Stream.concat(locks.keySet().stream(), leases.keySet().stream())
        .sorted(LockHistory.order())
        .toList();
  }

  /// How many answers it holds.
  synchronized long answers() {
    return answers;
  }

  /// Everything that was given to two callers at a time.
  synchronized List<String> wonTwice() {
    List<String> wrong = new ArrayList<>();
    locks.values().forEach(lock -> wrong.addAll(lock.wonTwice()));
    leases.values().forEach(lease -> wrong.addAll(lease.wonTwice()));
    return wrong;
  }
}
