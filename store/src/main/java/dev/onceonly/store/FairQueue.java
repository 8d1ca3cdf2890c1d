package dev.onceonly.store;

import dev.onceonly.core.step.Passage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The lane's bounded queue. Many threads offer, one takes; within a namespace first come, first
/// served, and between namespaces in turn by the weight of what they bring, so that one's flood
/// costs the others nothing but its share. What has free passage stands outside the bounds and is
/// taken first, up to half of what is taken: its number is bounded by where it comes from.
final class FairQueue {
  private final LaneLimits limits;
  private final ConcurrentLinkedQueue<Pending<?>> inbound = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Pending<?>> free = new ConcurrentLinkedQueue<>();

  /// One entry for each namespace that ever had a step; namespaces are made by operators and never
  /// go.
  private final ConcurrentHashMap<Long, AtomicInteger> waitingByNamespace =
      new ConcurrentHashMap<>();

  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger freeWaiting = new AtomicInteger();

  /// The taker's own: steps sorted by namespace, and the namespaces whose turn comes next.
  private final Map<Long, Line> sorted = new HashMap<>();

  private final ArrayDeque<Line> turns = new ArrayDeque<>();
  private boolean freeIsNext;
  private volatile @Nullable Thread parkedTaker;
  private volatile boolean closed;
  private volatile boolean ended;

  FairQueue(LaneLimits limits) {
    this.limits = limits;
  }

  /// What became of an offer.
  enum Offer {
    TAKEN,
    FULL,
    SHARE_FULL,
    CLOSED
  }

  /// One namespace's steps. After a heavy one it lets so many turns pass as that one weighed more
  /// than a light one.
  private static final class Line {
    final long namespaceId;
    final ArrayDeque<Pending<?>> steps = new ArrayDeque<>();
    int turnsToPass;

    Line(long namespaceId) {
      this.namespaceId = namespaceId;
    }
  }

  Offer offer(Pending<?> pending) {
    if (pending.step().passage() == Passage.FREE) {
      return offerFree(pending);
    }
    if (closed) {
      return Offer.CLOSED;
    }
    AtomicInteger share = share(pending);
    int weight = pending.weight();
    if (!takeRoom(share, weight, limits.namespaceQueueMax())) {
      return Offer.SHARE_FULL;
    }
    if (!takeRoom(waiting, weight, limits.queueMax())) {
      share.addAndGet(-weight);
      return Offer.FULL;
    }
    inbound.add(pending);
    wakeTaker();
    // Closed in between: the taker may have looked for the last time before this one came.
    if (closed && inbound.remove(pending)) {
      left(pending);
      return Offer.CLOSED;
    }
    return Offer.TAKEN;
  }

  private Offer offerFree(Pending<?> pending) {
    if (ended) {
      return Offer.CLOSED;
    }
    freeWaiting.incrementAndGet();
    free.add(pending);
    wakeTaker();
    // Ended in between: the taker may have looked for the last time before this one came.
    if (ended && free.remove(pending)) {
      freeWaiting.decrementAndGet();
      return Offer.CLOSED;
    }
    return Offer.TAKEN;
  }

  /// Never more than `max` by what fits beside others; alone, everything fits.
  private static boolean takeRoom(AtomicInteger used, int weight, int max) {
    while (true) {
      int now = used.get();
      if (now > 0 && weight > max - now) {
        return false;
      }
      if (used.compareAndSet(now, now + weight)) {
        return true;
      }
    }
  }

  private void wakeTaker() {
    Thread taker = parkedTaker;
    if (taker != null) {
      LockSupport.unpark(taker);
    }
  }

  /// What waits, by its weight; what has free passage counts as 1.
  int depth() {
    return waiting.get() + freeWaiting.get();
  }

  /// Namespaces that are kept count of.
  int namespaces() {
    return waitingByNamespace.size();
  }

  /// From now on every offer is refused but those with free passage; what is in the queue is still
  /// taken.
  void close() {
    closed = true;
    wakeTaker();
  }

  boolean isClosed() {
    return closed;
  }

  /// Whether the queue is closed and nothing is in it any more. Once it has ended no offer at all
  /// is taken. For the taker.
  boolean hasEnded() {
    if (!closed || depth() > 0) {
      return false;
    }
    ended = true;
    // One with free passage may have come before it could see that.
    return free.isEmpty();
  }

  /// What is there now, weighing at most `max` or a single step, waiting up to `waitMs` for the
  /// first. Nothing waits to fill a batch.
  List<Pending<?>> take(int max, long waitMs) {
    sortInbound();
    if (turns.isEmpty() && free.isEmpty()) {
      parkedTaker = Thread.currentThread();
      try {
        if (inbound.isEmpty() && free.isEmpty() && !closed) {
          LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(waitMs));
        }
      } finally {
        parkedTaker = null;
      }
      sortInbound();
    }
    List<Pending<?>> batch = new ArrayList<>(Math.min(max, 64));
    takeInTurns(batch, max - takeFree(batch, freeMax(max)));
    return batch;
  }

  /// What passes freely takes half of a batch at most while others wait, and every second one where
  /// a batch is one step: free passage is for what has happened, and there can be thousands of
  /// renewals in one second.
  private int freeMax(int max) {
    if (turns.isEmpty()) {
      return max;
    }
    freeIsNext = !freeIsNext;
    return max > 1 ? max / 2 : freeIsNext ? 1 : 0;
  }

  /// The weight of what it took: of heavy ones one at a time too.
  private int takeFree(List<Pending<?>> batch, int max) {
    int taken = 0;
    Pending<?> next;
    while (taken < max && (next = free.poll()) != null) {
      freeWaiting.decrementAndGet();
      batch.add(next);
      taken += next.weight();
    }
    return taken;
  }

  private void takeInTurns(List<Pending<?>> batch, int max) {
    int taken = 0;
    while (taken < max && !turns.isEmpty()) {
      Line line = turns.removeFirst();
      if (line.turnsToPass > 0 && !turns.isEmpty()) {
        line.turnsToPass--;
        turns.addLast(line);
        continue;
      }
      int weight = line.steps.getFirst().weight();
      if (taken > 0 && weight > max - taken) {
        // It keeps its turn, or it would never come.
        turns.addFirst(line);
        return;
      }
      Pending<?> next = line.steps.removeFirst();
      batch.add(next);
      left(next);
      taken += weight;
      line.turnsToPass = weight - 1;
      if (line.steps.isEmpty()) {
        sorted.remove(line.namespaceId);
      } else {
        turns.addLast(line);
      }
    }
  }

  private void sortInbound() {
    Pending<?> pending;
    while ((pending = inbound.poll()) != null) {
      long namespaceId = pending.step().namespaceId();
      Line line = sorted.get(namespaceId);
      if (line == null) {
        line = new Line(namespaceId);
        sorted.put(namespaceId, line);
        turns.addLast(line);
      }
      line.steps.addLast(pending);
    }
  }

  private void left(Pending<?> pending) {
    waiting.addAndGet(-pending.weight());
    share(pending).addAndGet(-pending.weight());
  }

  private AtomicInteger share(Pending<?> pending) {
    return waitingByNamespace.computeIfAbsent(
        pending.step().namespaceId(), _ -> new AtomicInteger());
  }
}
