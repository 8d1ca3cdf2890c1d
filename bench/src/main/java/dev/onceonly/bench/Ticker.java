package dev.onceonly.bench;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongUnaryOperator;

/// Runs a task when an arrival of a schedule is due, on a thread of its own: a selector's own
/// timeout counts in whole milliseconds, and looking again and again would take the core from the
/// server.
final class Ticker implements AutoCloseable {
  /// At least so far apart. Where arrivals are closer, answers are too, and each of them is an
  /// occasion to send what is due.
  private static final long APART_NS = 100_000;

  private final Thread thread;
  private volatile boolean closed;

  private Ticker(LongUnaryOperator dueNs, long arrivals, Runnable task) {
    thread =
        Thread.ofPlatform().daemon().name("ticker").unstarted(() -> tick(dueNs, arrivals, task));
  }

  /// Starts ticking: `dueNs` gives an arrival's instant in `System.nanoTime()`, growing with its
  /// number.
  static Ticker start(LongUnaryOperator dueNs, long arrivals, Runnable task) {
    Ticker ticker = new Ticker(dueNs, arrivals, task);
    ticker.thread.start();
    return ticker;
  }

  private void tick(LongUnaryOperator dueNs, long arrivals, Runnable task) {
    long next = 0;
    while (next < arrivals && !closed) {
      long aheadNs = dueNs.applyAsLong(next) - System.nanoTime();
      if (aheadNs <= 0) {
        next++;
        continue;
      }
      LockSupport.parkNanos(Math.max(aheadNs, APART_NS));
      task.run();
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
