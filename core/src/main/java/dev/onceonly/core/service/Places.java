package dev.onceonly.core.service;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// A bounded number of places, in all and per namespace, so that one namespace's flood costs the
/// others nothing but its share. Thread-safe; nobody waits.
final class Places {
  private final Semaphore all;
  private final int namespaceMax;
  private final ConcurrentHashMap<Long, Semaphore> byNamespace = new ConcurrentHashMap<>();

  Places(int max, int namespaceMax) {
    this.all = new Semaphore(max);
    this.namespaceMax = namespaceMax;
  }

  /// Takes a place if there is one; whoever got it leaves it.
  boolean tryEnter(long namespaceId) {
    if (!all.tryAcquire()) {
      return false;
    }
    if (of(namespaceId).tryAcquire()) {
      return true;
    }
    all.release();
    return false;
  }

  void leave(long namespaceId) {
    of(namespaceId).release();
    all.release();
  }

  private Semaphore of(long namespaceId) {
    return byNamespace.computeIfAbsent(namespaceId, _ -> new Semaphore(namespaceMax));
  }
}
