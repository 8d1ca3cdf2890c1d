package dev.onceonly.http.memory;

import java.util.concurrent.atomic.AtomicLong;

/// A number of bytes that many take from and give back to. Thread-safe.
public final class BytePool {
  private final long bytesMax;
  private final AtomicLong taken = new AtomicLong();

  /// Starts with nothing taken.
  ///
  /// @param bytesMax at least 0
  public BytePool(long bytesMax) {
    if (bytesMax < 0) {
      throw new IllegalArgumentException("bytesMax is at least 0, was " + bytesMax);
    }
    this.bytesMax = bytesMax;
  }

  /// Takes all of them, or none where fewer are left.
  boolean take(long bytes) {
    long now = taken.get();
    while (now + bytes <= bytesMax) {
      if (taken.compareAndSet(now, now + bytes)) {
        return true;
      }
      now = taken.get();
    }
    return false;
  }

  /// Takes them even where fewer are left: for what can't be refused any more.
  void takeAnyway(long bytes) {
    taken.addAndGet(bytes);
  }

  void give(long bytes) {
    taken.addAndGet(-bytes);
  }

  public long bytesTaken() {
    return taken.get();
  }

  public long bytesMax() {
    return bytesMax;
  }
}
