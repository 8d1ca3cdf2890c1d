package dev.onceonly.http.memory;

import dev.onceonly.core.Failure;
import java.util.function.LongConsumer;

/// What one connection holds of the budget for its request under way. The first bytes are part of
/// what every connection has anyway, so that a small request costs no shared counter a change, and
/// is served however much others hold. Used by the connection's thread only.
public final class Holding implements LongConsumer {
  /// Covered by [MemoryBudget#CONNECTION_BYTES].
  public static final int FREE_BYTES = 6 * 1_024;

  // Taken from the pool at once, so that a body of many pieces is a few changes of it.
  private static final int STEP_BYTES = 8 * 1_024;

  private final MemoryBudget budget;
  private BytePool pool;
  private boolean keyed;
  private long heldBytes;
  // Written by the connection's thread, read by others.
  private volatile long takenBytes;

  public Holding(MemoryBudget budget) {
    this.budget = budget;
    this.pool = budget.strangers();
  }

  /// Whether there is room for more; a moment later there may be none.
  public boolean hasRoomFor(long bytes) {
    return pool.bytesTaken() + missing(bytes) <= pool.bytesMax();
  }

  /// Holds more, if there is room.
  public boolean tryTake(long bytes) {
    long missing = missing(bytes);
    if (missing > 0 && !pool.take(missing)) {
      return false;
    }
    took(bytes, missing);
    return true;
  }

  /// Holds more.
  ///
  /// @throws Failure `OVERLOADED` where there is no room; nothing more is held then
  public void take(long bytes) {
    if (!tryTake(bytes)) {
      throw Failure.overloaded("requests hold as much memory as they may");
    }
  }

  /// As [#take(long)].
  @Override
  public void accept(long bytes) {
    take(bytes);
  }

  /// Holds more whatever others hold: an answer to something that has been done.
  public void takeAnyway(long bytes) {
    long missing = missing(bytes);
    if (missing > 0) {
      pool.takeAnyway(missing);
    }
    took(bytes, missing);
  }

  /// Whether no key is known: it holds of what strangers may.
  public boolean isStranger() {
    return !keyed;
  }

  /// A key is known: from now on the connection holds of what requests may, not of what strangers
  /// may. It stays so for its later requests.
  ///
  /// @throws Failure `OVERLOADED` where there is no room for what it holds already
  public void admitted() {
    if (keyed) {
      return;
    }
    if (takenBytes > 0) {
      if (!budget.requests().take(takenBytes)) {
        throw Failure.overloaded("requests hold as much memory as they may");
      }
      budget.strangers().give(takenBytes);
    }
    pool = budget.requests();
    keyed = true;
  }

  /// The request is over: gives everything back.
  public void end() {
    if (takenBytes > 0) {
      pool.give(takenBytes);
      takenBytes = 0;
    }
    heldBytes = 0;
  }

  private long missing(long bytes) {
    long beyond = heldBytes + bytes - FREE_BYTES - takenBytes;
    return beyond <= 0 ? 0 : Math.ceilDiv(beyond, STEP_BYTES) * STEP_BYTES;
  }

  private void took(long bytes, long missing) {
    heldBytes += bytes;
    if (missing > 0) {
      long before = takenBytes;
      takenBytes = before + missing;
    }
  }

  /// Of a pool; what the connection has anyway is not counted. Any thread may ask.
  public long takenBytes() {
    return takenBytes;
  }
}
