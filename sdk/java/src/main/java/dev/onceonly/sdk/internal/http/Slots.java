package dev.onceonly.sdk.internal.http;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A bound on the attempts that are on their way at one time. Who comes first is served first.
/// Thread-safe.
final class Slots {
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Slot> waiting = new LinkedHashSet<>();
  private final int count;
  private int free;
  private int freeToBeHeld;

  /// @param count of all; those that the server may hold are half of them at most, and never the
  ///   last one
  Slots(int count) {
    this.count = count;
    this.free = count;
    this.freeToBeHeld = count / 2;
  }

  int count() {
    return count;
  }

  /// Whether one more request may be held by the server. Each yes has to be handed back by
  /// [#releaseHeld].
  boolean mayBeHeld() {
    lock.lock();
    try {
      if (freeToBeHeld == 0 || free == 0) {
        return false;
      }
      freeToBeHeld--;
      return true;
    } finally {
      lock.unlock();
    }
  }

  void releaseHeld() {
    lock.lock();
    try {
      freeToBeHeld++;
    } finally {
      lock.unlock();
    }
  }

  /// The right to one attempt, or the wait for it. Equal to itself only.
  static final class Slot {
    private final CompletableFuture<@Nullable Void> granted = new CompletableFuture<>();

    /// Completed when the attempt may be made.
    CompletableFuture<@Nullable Void> granted() {
      return granted;
    }
  }

  /// A slot, which has to be handed to [#give] in any case.
  Slot take() {
    Slot slot = new Slot();
    lock.lock();
    try {
      if (free == 0) {
        waiting.add(slot);
        return slot;
      }
      free--;
    } finally {
      lock.unlock();
    }
    slot.granted.complete(null);
    return slot;
  }

  /// Gives a slot back, or no longer waits for it.
  void give(Slot slot) {
    if (slot.granted.cancel(false)) {
      forget(slot);
      return;
    }
    Slot next;
    do {
      next = next();
      // One that has been cancelled meanwhile takes nothing.
    } while (next != null && !next.granted.complete(null));
  }

  private @Nullable Slot next() {
    lock.lock();
    try {
      var first = waiting.iterator();
      if (first.hasNext()) {
        Slot next = first.next();
        first.remove();
        return next;
      }
      free++;
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void forget(Slot slot) {
    lock.lock();
    try {
      waiting.remove(slot);
    } finally {
      lock.unlock();
    }
  }
}
