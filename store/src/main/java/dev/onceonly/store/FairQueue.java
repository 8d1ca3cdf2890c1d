package dev.onceonly.store;

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
/// served, and between namespaces in turn, so that one's flood costs the others nothing but its
/// share.
final class FairQueue {
  private final LaneLimits limits;
  private final ConcurrentLinkedQueue<Pending<?>> inbound = new ConcurrentLinkedQueue<>();
  private final ConcurrentHashMap<Long, AtomicInteger> waitingByNamespace =
      new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /// The taker's own: steps sorted by namespace, and the namespaces whose turn comes next.
  private final Map<Long, ArrayDeque<Pending<?>>> sorted = new HashMap<>();

  private final ArrayDeque<Long> turns = new ArrayDeque<>();
  private volatile @Nullable Thread parkedTaker;
  private volatile boolean closed;

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

  Offer offer(Pending<?> pending) {
    if (closed) {
      return Offer.CLOSED;
    }
    AtomicInteger share = share(pending);
    if (share.incrementAndGet() > limits.namespaceQueueMax()) {
      share.decrementAndGet();
      return Offer.SHARE_FULL;
    }
    if (waiting.incrementAndGet() > limits.queueMax()) {
      waiting.decrementAndGet();
      share.decrementAndGet();
      return Offer.FULL;
    }
    inbound.add(pending);
    Thread taker = parkedTaker;
    if (taker != null) {
      LockSupport.unpark(taker);
    }
    // Closed in between: the taker may have looked for the last time before this one came.
    if (closed && inbound.remove(pending)) {
      left(pending);
      return Offer.CLOSED;
    }
    return Offer.TAKEN;
  }

  int depth() {
    return waiting.get();
  }

  /// From now on every offer is refused; what is in the queue is still taken.
  void close() {
    closed = true;
    Thread taker = parkedTaker;
    if (taker != null) {
      LockSupport.unpark(taker);
    }
  }

  boolean isClosed() {
    return closed;
  }

  /// What is there now, at most `max`, waiting up to `waitMs` for the first. Nothing waits to fill
  /// a batch.
  List<Pending<?>> take(int max, long waitMs) {
    sortInbound();
    if (turns.isEmpty()) {
      parkedTaker = Thread.currentThread();
      try {
        if (inbound.isEmpty() && !closed) {
          LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(waitMs));
        }
      } finally {
        parkedTaker = null;
      }
      sortInbound();
    }
    List<Pending<?>> batch = new ArrayList<>(Math.min(max, 64));
    while (batch.size() < max && !turns.isEmpty()) {
      long namespace = turns.removeFirst();
      ArrayDeque<Pending<?>> steps = sorted.get(namespace);
      if (steps == null) {
        continue;
      }
      batch.add(steps.removeFirst());
      if (steps.isEmpty()) {
        sorted.remove(namespace);
      } else {
        turns.addLast(namespace);
      }
    }
    batch.forEach(this::left);
    return batch;
  }

  private void sortInbound() {
    Pending<?> pending;
    while ((pending = inbound.poll()) != null) {
      long namespace = pending.step().namespaceId();
      ArrayDeque<Pending<?>> steps = sorted.get(namespace);
      if (steps == null) {
        steps = new ArrayDeque<>();
        sorted.put(namespace, steps);
        turns.addLast(namespace);
      }
      steps.addLast(pending);
    }
  }

  private void left(Pending<?> pending) {
    waiting.decrementAndGet();
    share(pending).decrementAndGet();
  }

  private AtomicInteger share(Pending<?> pending) {
    return waitingByNamespace.computeIfAbsent(
        pending.step().namespaceId(), _ -> new AtomicInteger());
  }
}
