package dev.onceonly.http;

import dev.onceonly.core.Failure;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The open connections. Where there are too many, a further one ends the oldest of those on which
/// no valid key has been shown, so that whoever keeps many open keeps out nobody else. Those with a
/// key are never ended for others, and may be three quarters; one too many is answered with 429.
/// Thread-safe.
final class Connections {
  private static final int STRANGERS_SHARE = 4;
  private static final long AFTER_GRACE_MS = 1_000;

  private final int max;
  private final int keyedMax;

  // Some more than may be open, because one that is ended needs a moment to go.
  private final Semaphore places;
  private final int placesMax;

  private final Set<PacedConnection> all = ConcurrentHashMap.newKeySet();

  // Oldest first. Guarded by itself, as is the number of the others.
  private final LinkedHashSet<PacedConnection> strangers = new LinkedHashSet<>();
  private int keyed;

  private volatile boolean draining;
  private volatile boolean ending;

  Connections(int max) {
    this.max = max;
    int strangersMin = Math.max(1, max / STRANGERS_SHARE);
    this.keyedMax = Math.max(1, max - strangersMin);
    this.placesMax = max + strangersMin;
    this.places = new Semaphore(placesMax);
  }

  /// Waits until one more can be accepted. Each is followed by [#opened(PacedConnection)] or
  /// [#notOpened()].
  void awaitPlace() throws InterruptedException {
    places.acquire();
  }

  void notOpened() {
    places.release();
  }

  void opened(PacedConnection connection) {
    all.add(connection);
    synchronized (strangers) {
      strangers.add(connection);
      if (strangers.size() + keyed > max) {
        endOldestBut(connection);
      }
    }
    if (ending) {
      connection.end();
    } else if (draining) {
      connection.drain();
    }
  }

  /// A valid key was shown on it.
  ///
  /// @throws Failure `OVERLOADED` where too many have one already
  void keyed(PacedConnection connection) {
    synchronized (strangers) {
      if (keyed >= keyedMax) {
        throw Failure.overloaded("too many connections");
      }
      if (strangers.remove(connection)) {
        keyed++;
      }
    }
  }

  /// Ends the oldest one that has not shown a key, is not being answered, and holds memory beyond
  /// what every connection has.
  ///
  /// @param asking is not ended
  /// @return false where there is none
  boolean makeRoom(PacedConnection asking) {
    synchronized (strangers) {
      for (PacedConnection oldest : strangers) {
        if (!oldest.equals(asking) && oldest.holdsMore() && oldest.endToMakeRoom()) {
          strangers.remove(oldest);
          return true;
        }
      }
      return false;
    }
  }

  private void endOldestBut(PacedConnection newest) {
    for (PacedConnection oldest : strangers) {
      if (!oldest.equals(newest) && oldest.endToMakeRoom()) {
        strangers.remove(oldest);
        return;
      }
    }
  }

  /// @param wasKeyed whether a key was shown on it
  void closed(PacedConnection connection, boolean wasKeyed) {
    all.remove(connection);
    synchronized (strangers) {
      if (wasKeyed) {
        keyed--;
      } else {
        strangers.remove(connection);
      }
    }
    places.release();
  }

  Set<PacedConnection> all() {
    return all;
  }

  /// How many may be open at a time.
  int max() {
    return max;
  }

  /// From now on each answer is its connection's last, and there is no hurry.
  void drain() {
    draining = true;
    all.forEach(PacedConnection::drain);
  }

  /// From now on each gets one more answer at most.
  void end() {
    ending = true;
    all.forEach(PacedConnection::end);
  }

  /// Waits until none is open; after the grace the rest are closed under their threads.
  void awaitEnd(Duration grace) {
    try {
      if (!places.tryAcquire(placesMax, grace.toMillis(), TimeUnit.MILLISECONDS)) {
        all.forEach(PacedConnection::abort);
        if (!places.tryAcquire(placesMax, AFTER_GRACE_MS, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      places.release(placesMax);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      all.forEach(PacedConnection::abort);
    }
  }
}
