package dev.onceonly.core.service;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A bounded number of places, in all and per namespace, so that one namespace's flood costs the
/// others nothing but its share; and a bounded line of those who wait for one. Within a namespace
/// first come, first served; between namespaces in turn. Keeps nothing of a namespace that has
/// nobody here. Thread-safe.
final class Places {
  private final int max;
  private final int namespaceMax;
  private final Line line;

  /// Guarded by this object, like everything below.
  private final Map<Long, Share> shares = new HashMap<>();

  /// Namespaces with somebody in line that are below their share.
  private final LinkedHashSet<Long> turns = new LinkedHashSet<>();

  private int taken;
  private int inLine;
  private boolean closed;

  /// Bounds of the line.
  ///
  /// @param max waiting in all
  /// @param namespaceMax of one namespace
  /// @param waitMs how long one waits at most
  record Line(int max, int namespaceMax, long waitMs) {
    static final Line NONE = new Line(0, 0, 0);
  }

  private static final class Share {
    final ArrayDeque<Waiter> line = new ArrayDeque<>();
    int taken;
  }

  /// One in line: equal to itself only.
  private static final class Waiter {
    private final CompletableFuture<Boolean> given = new CompletableFuture<>();

    /// Whether it was given a place before its time was over.
    boolean await(long waitMs) {
      return given.completeOnTimeout(false, waitMs, TimeUnit.MILLISECONDS).join();
    }
  }

  /// Without a line.
  Places(int max, int namespaceMax) {
    this(max, namespaceMax, Line.NONE);
  }

  Places(int max, int namespaceMax, Line line) {
    this.max = max;
    this.namespaceMax = namespaceMax;
    this.line = line;
  }

  /// Takes a place if there is one for which nobody waits; whoever got it leaves it.
  synchronized boolean tryEnter(long namespaceId) {
    Share share = share(namespaceId);
    boolean free = share.line.isEmpty() && taken < max && share.taken < namespaceMax;
    if (free) {
      take(share);
    } else {
      drop(namespaceId, share);
    }
    return free;
  }

  /// Takes a place, waiting in line for one; whoever got it leaves it.
  ///
  /// @return false where the line is full, or the wait was in vain
  boolean enter(long namespaceId) {
    Waiter me = new Waiter();
    synchronized (this) {
      if (tryEnter(namespaceId)) {
        return true;
      }
      Share share = share(namespaceId);
      if (closed || inLine >= line.max || share.line.size() >= line.namespaceMax) {
        drop(namespaceId, share);
        return false;
      }
      share.line.add(me);
      inLine++;
      awaitTurn(namespaceId, share);
    }
    boolean given = me.await(line.waitMs);
    if (!given) {
      giveUp(namespaceId, me);
    }
    return given;
  }

  private synchronized void giveUp(long namespaceId, Waiter waiter) {
    Share share = share(namespaceId);
    if (share.line.remove(waiter)) {
      inLine--;
    }
    drop(namespaceId, share);
  }

  synchronized void leave(long namespaceId) {
    Share share = share(namespaceId);
    taken--;
    share.taken--;
    awaitTurn(namespaceId, share);
    while (taken < max && !turns.isEmpty()) {
      giveNext(turns.removeFirst());
    }
    drop(namespaceId, share);
  }

  private void giveNext(long namespaceId) {
    Share share = share(namespaceId);
    Waiter next = share.line.pollFirst();
    if (next != null) {
      inLine--;
      // Not to one whose wait has just ended.
      if (next.given.complete(true)) {
        take(share);
      }
    }
    awaitTurn(namespaceId, share);
    drop(namespaceId, share);
  }

  private void awaitTurn(long namespaceId, Share share) {
    if (!share.line.isEmpty() && share.taken < namespaceMax) {
      turns.add(namespaceId);
    }
  }

  private void take(Share share) {
    taken++;
    share.taken++;
  }

  private Share share(long namespaceId) {
    return shares.computeIfAbsent(namespaceId, _ -> new Share());
  }

  private void drop(long namespaceId, Share share) {
    if (share.taken == 0 && share.line.isEmpty()) {
      shares.remove(namespaceId);
      turns.remove(namespaceId);
    }
  }

  /// Those who wait in line now.
  synchronized int waiting() {
    return inLine;
  }

  /// Namespaces of which anything is kept.
  synchronized int namespaces() {
    return shares.size();
  }

  /// Lets nobody wait any more.
  synchronized void close() {
    closed = true;
    shares.values().forEach(share -> share.line.forEach(waiter -> waiter.given.complete(false)));
  }

  /// Nobody's yet.
  Hold hold(long namespaceId) {
    return new Hold(namespaceId);
  }

  /// What one caller has of the places: one or none, which it leaves when it closes this. Not
  /// thread-safe.
  final class Hold implements AutoCloseable {
    private final long namespaceId;
    private boolean held;

    private Hold(long namespaceId) {
      this.namespaceId = namespaceId;
    }

    boolean isHeld() {
      return held;
    }

    /// As [Places#tryEnter(long)], unless there is one already.
    void tryEnter() {
      held = held || Places.this.tryEnter(namespaceId);
    }

    /// As [Places#enter(long)], unless there is one already.
    boolean enter() {
      held = held || Places.this.enter(namespaceId);
      return held;
    }

    /// Gives the place to somebody else, who leaves it by running what is returned, once.
    Runnable handOver() {
      if (!held) {
        throw new IllegalStateException("there is no place to hand over");
      }
      held = false;
      return () -> Places.this.leave(namespaceId);
    }

    /// Leaves the place, if there is one.
    void leave() {
      if (held) {
        held = false;
        Places.this.leave(namespaceId);
      }
    }

    @Override
    public void close() {
      leave();
    }
  }
}
