package dev.onceonly.http.api;

import dev.onceonly.core.Failure;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseStatus;
import dev.onceonly.core.service.LeaseView;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.CommitListener;
import dev.onceonly.core.step.Fact;
import dev.onceonly.core.step.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Callers that wait for a lease to end (`?wait=`). They are woken by the commit that changes their
/// key, or at the lease's expiry. Bounded in all and per namespace. Thread-safe.
public final class LeaseWaiters implements CommitListener, AutoCloseable {
  private final StoreClock clock;
  private final Semaphore places;
  private final int namespaceMax;
  private final ConcurrentHashMap<Long, AtomicInteger> byNamespace = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<LeaseKey, Set<Waiter>> byKey = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /// One caller: equal to itself only. The changes that it has been told of and has not looked at
  /// yet are kept here, and not in its thread's own permit: whatever a look waits for inside the
  /// store uses that one up, and a change that came meanwhile would be lost.
  private static final class Waiter {
    private final Semaphore changes = new Semaphore(0);
  }

  public LeaseWaiters(StoreClock clock, int max, int namespaceMax) {
    this.clock = clock;
    this.places = new Semaphore(max);
    this.namespaceMax = namespaceMax;
  }

  /// How the key stands: at once unless it is in progress; else when it finishes or its lease ends,
  /// or after the wait.
  ///
  /// @param look reads how the key stands
  /// @throws Failure `OVERLOADED` where too many wait already
  LeaseView await(LeaseKey key, Supplier<LeaseView> look, Duration wait) {
    LeaseView view = look.get();
    if (wait.isZero() || view.status() != LeaseStatus.IN_PROGRESS) {
      return view;
    }
    Instant until = view.at().plus(wait);
    AtomicInteger mine = byNamespace.computeIfAbsent(key.namespaceId(), _ -> new AtomicInteger());
    if (!places.tryAcquire()) {
      throw Failure.overloaded("too many callers are waiting");
    }
    try {
      if (mine.incrementAndGet() > namespaceMax) {
        throw Failure.overloaded("too many callers of the namespace are waiting");
      }
      return awaitRegistered(key, look, until);
    } finally {
      mine.decrementAndGet();
      places.release();
    }
  }

  private LeaseView awaitRegistered(LeaseKey key, Supplier<LeaseView> look, Instant until) {
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
      LeaseView view = look.get();
      while (view.status() == LeaseStatus.IN_PROGRESS && view.at().isBefore(until) && !closed) {
        long nanos = nanosToNextLook(view.row(), view.at(), until);
        if (me.changes.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
          // One look sees all of them.
          me.changes.drainPermits();
        }
        view = look.get();
      }
      return view;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return look.get();
    } finally {
      byKey.computeIfPresent(
          key,
          (_, waiting) -> {
            waiting.remove(me);
            return waiting.isEmpty() ? null : waiting;
          });
    }
  }

  private static long nanosToNextLook(@Nullable LeaseRow row, Instant now, Instant until) {
    Instant next = until;
    if (row != null && row.expiresAtMs() < until.toEpochMilli()) {
      next = Instant.ofEpochMilli(row.expiresAtMs());
    }
    return Math.max(1_000_000, Duration.between(now, next).toNanos());
  }

  @Override
  public void committed(List<Change<?>> changes, List<Fact> facts) {
    if (byKey.isEmpty()) {
      return;
    }
    for (Change<?> change : changes) {
      if (change.key() instanceof LeaseKey key) {
        Set<Waiter> waiting = byKey.get(key);
        if (waiting != null) {
          waiting.forEach(waiter -> waiter.changes.release());
        }
      }
    }
  }

  /// Callers waiting now.
  public int waiting() {
    return byKey.values().stream().mapToInt(Set::size).sum();
  }

  /// Lets every waiter answer with what it sees now.
  @Override
  public void close() {
    closed = true;
    byKey.values().forEach(waiting -> waiting.forEach(waiter -> waiter.changes.release()));
  }

  Instant now() {
    return clock.now();
  }
}
