package dev.onceonly.core.service;

import dev.onceonly.core.Failure;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.DedupKey;
import dev.onceonly.core.govern.DedupRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.CommitListener;
import dev.onceonly.core.step.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Callers that wait for an identical call to end. They are woken by the commit that changes its
/// dedup entry. Bounded in all and per namespace. Thread-safe.
final class CallWaiters implements CommitListener {
  private static final int MAX = 4_096;
  private static final int NAMESPACE_MAX = 1_024;

  private final Store store;
  private final Places places = new Places(MAX, NAMESPACE_MAX);
  private final ConcurrentHashMap<DedupKey, Set<Waiter>> byKey = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /// One caller: equal to itself only.
  private static final class Waiter {
    private final CompletableFuture<Boolean> woken = new CompletableFuture<>();
  }

  CallWaiters(Store store) {
    this.store = store;
  }

  /// Waits until the entry is no longer that of the first call in flight.
  ///
  /// @return false where it still was when the wait was over
  /// @throws Failure `OVERLOADED` where too many wait already
  boolean await(DedupKey key, DedupRow first, Instant until) {
    if (!places.tryEnter(key.namespaceId())) {
      throw Failure.overloaded("too many callers are waiting for identical calls");
    }
    Waiter me = new Waiter();
    byKey.compute(
        key,
        (_, waiting) -> {
          Set<Waiter> all = waiting == null ? ConcurrentHashMap.newKeySet() : waiting;
          all.add(me);
          return all;
        });
    try {
      // Looked at again now that every later change wakes us.
      if (!isInFlight(key, first)) {
        return true;
      }
      long leftMs = Duration.between(store.now(), until).toMillis();
      return leftMs > 0
          && !closed
          && me.woken.completeOnTimeout(false, leftMs, TimeUnit.MILLISECONDS).join();
    } finally {
      byKey.computeIfPresent(
          key,
          (_, waiting) -> {
            waiting.remove(me);
            return waiting.isEmpty() ? null : waiting;
          });
      places.leave(key.namespaceId());
    }
  }

  private boolean isInFlight(DedupKey key, DedupRow first) {
    DedupRow now = store.get(key);
    return now != null
        && now.callNumber() == first.callNumber()
        && now.state() == CallState.RESERVED;
  }

  @Override
  public void committed(List<Change<?>> changes, List<Fact> facts) {
    if (byKey.isEmpty()) {
      return;
    }
    for (Change<?> change : changes) {
      if (change.key() instanceof DedupKey key) {
        Set<Waiter> waiting = byKey.get(key);
        if (waiting != null) {
          waiting.forEach(waiter -> waiter.woken.complete(true));
        }
      }
    }
  }

  /// Callers waiting now.
  int waiting() {
    return byKey.values().stream().mapToInt(Set::size).sum();
  }

  /// Lets nobody wait any more.
  void close() {
    closed = true;
    byKey.values().forEach(waiting -> waiting.forEach(waiter -> waiter.woken.complete(false)));
  }
}
