package dev.onceonly.store;

import dev.onceonly.core.service.Notice;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Whether what is written reaches the disk, and in time. The lane's thread tells of its work on
/// the database; any thread may ask, also while that work hangs in the disk. What was wrong is
/// forgotten once a write made for this purpose has gone well in time: clients may send none,
/// because a balancer took the server out. Each change is one line in the log.
final class WriteHealth implements AutoCloseable {
  private static final Logger LOG = System.getLogger(WriteHealth.class.getName());
  private static final long PROBE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long WATCH_EVERY_MS = 50;

  private final LongSupplier nanos;
  private final Duration slow;
  private final BoundedLog log;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Since running;
  private volatile @Nullable Since lockedOut;
  private volatile @Nullable Notice fault;
  private volatile @Nullable Notice broken;

  /// The lane's own.
  private long probeAt;

  /// The instant at which something began.
  private record Since(long atNanos) {}

  /// @param nanos a monotonic clock
  /// @param slow how long a write may take
  WriteHealth(LongSupplier nanos, Duration slow) {
    this.nanos = nanos;
    this.slow = slow;
    this.log = new BoundedLog(LOG, nanos);
  }

  /// Starts to write changes into the log.
  void start() {
    Thread.ofPlatform().name("write-health").daemon().start(this::watch);
  }

  /// Why no traffic should be sent here; null while writes go well.
  @Nullable Notice troubles() {
    Notice forGood = broken;
    if (forGood != null) {
      return forGood;
    }
    // Before the disk: what runs meanwhile only waits for that lock.
    Since locked = lockedOut;
    if (locked != null && isLongerThanSlow(locked)) {
      return locked();
    }
    Since now = running;
    if (now != null && isLongerThanSlow(now)) {
      return slow("has not been answered for longer than");
    }
    return fault;
  }

  /// Why no step is taken any more; null where steps are.
  @Nullable Notice broken() {
    return broken;
  }

  /// No more writes until a restart; false where that was so already.
  synchronized boolean end(String reason) {
    if (broken != null) {
      return false;
    }
    broken = new Notice("storage_broken", reason);
    running = null;
    return true;
  }

  /// The lane begins a transaction or its housekeeping.
  void began() {
    running = new Since(nanos.getAsLong());
  }

  /// What began has ended well or for a reason that is not the storage's.
  void ended() {
    Since began = running;
    if (began != null && isLongerThanSlow(began)) {
      suspect(slow("took longer than"));
    }
    running = null;
  }

  /// What began has ended with a fault of the storage. After one that breaks it for good it counts
  /// as running until [#end(String)]: it is ready at no moment in between.
  void failed(SessionException.Meaning meaning) {
    Since began = running;
    switch (meaning) {
      case NO_SPACE, NO_SPACE_AFTER_FLUSH -> {
        suspect(
            new Notice(
                "storage_full",
                "a write failed because no space is left on the data folder's disk; make space"));
        running = null;
      }
      case BUSY -> {
        if (lockedOut == null && began != null) {
          lockedOut = began;
          nextProbe();
        }
        running = null;
      }
      case STATEMENT_REFUSED -> ended();
      case BROKEN, OUTCOME_UNKNOWN -> {}
    }
  }

  /// Want of space stays known until there is room, however slow the disk is meanwhile.
  private void suspect(Notice seen) {
    if (fault == null) {
      nextProbe();
    }
    if (!wasFull()) {
      fault = seen;
    }
  }

  /// Whether the lane is to write something of its own now, and tell how that went.
  boolean wantsProbe() {
    return broken == null
        && (fault != null || lockedOut != null)
        && nanos.getAsLong() - probeAt >= 0;
  }

  /// Whether there was no space lately: a small write that fits proves little then.
  boolean wasFull() {
    Notice seen = fault;
    return seen != null && seen.code().equals("storage_full");
  }

  /// The probe that began has been written and flushed.
  void probed() {
    Since began = running;
    if (began != null && !isLongerThanSlow(began)) {
      fault = null;
      lockedOut = null;
    }
    running = null;
    nextProbe();
  }

  /// The probe that began was not written.
  void probeFailed(SessionException.Meaning meaning) {
    failed(meaning);
    nextProbe();
  }

  private void nextProbe() {
    probeAt = nanos.getAsLong() + PROBE_EVERY_NANOS;
  }

  private boolean isLongerThanSlow(Since since) {
    return nanos.getAsLong() - since.atNanos > slow.toNanos();
  }

  private Notice slow(String how) {
    return new Notice(
        "storage_slow", "a write to the disk " + how + " flush_slow_ms (" + slow.toMillis() + ")");
  }

  private Notice locked() {
    return new Notice(
        "storage_locked",
        "another program has held the database's write lock for longer than flush_slow_ms ("
            + slow.toMillis()
            + "); end that program");
  }

  private void watch() {
    String told = "";
    try {
      do {
        told = tell(told, troubles());
      } while (!closed.await(WATCH_EVERY_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Writes a line where something else is known than was told.
  ///
  /// @return the code that has been told now; empty while all is well
  private String tell(String told, @Nullable Notice now) {
    String code = now == null ? "" : now.code();
    if (code.equals(told)) {
      return told;
    }
    if (now == null) {
      log.write(Level.INFO, "the store is ready again: a write has gone well", null);
    } else if (broken == null) {
      log.write(Level.WARNING, "the store is not ready: " + now.message(), null);
    }
    return code;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
