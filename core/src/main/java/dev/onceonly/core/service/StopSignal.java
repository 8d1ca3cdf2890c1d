package dev.onceonly.core.service;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Says that the server stops. Thread-safe.
public final class StopSignal {
  private final Set<Pausing> pausing = ConcurrentHashMap.newKeySet();
  private volatile boolean given;

  /// One that pauses: equal to itself only.
  private static final class Pausing {
    private final CompletableFuture<Boolean> over = new CompletableFuture<>();
  }

  public void give() {
    given = true;
    pausing.forEach(one -> one.over.complete(true));
  }

  public boolean isGiven() {
    return given;
  }

  /// Pauses; at once over when the signal is given. An interrupt does not end it.
  ///
  /// @return whether the signal is given
  public boolean await(long ms) {
    Pausing me = new Pausing();
    pausing.add(me);
    try {
      // Looked at once more now that the signal finds us.
      return given || me.over.completeOnTimeout(false, ms, TimeUnit.MILLISECONDS).join();
    } finally {
      pausing.remove(me);
    }
  }
}
