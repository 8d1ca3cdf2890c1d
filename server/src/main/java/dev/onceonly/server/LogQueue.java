package dev.onceonly.server;

import dev.onceonly.http.observe.JsonLines;
import dev.onceonly.http.observe.LogFields;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Log lines on their way to a stream that may not take them. Who logs never waits: a bounded
/// number of lines does, in their order, for the one thread that writes. Lines beyond are lost and
/// counted, and the next line says how many. Thread-safe.
final class LogQueue extends Handler {
  static final int LINES_MAX = 10_000;
  static final int BYTES_MAX = 4 << 20;

  /// How long an end waits for a stream that takes nothing.
  static final Duration FLUSH_MAX = Duration.ofSeconds(1);

  /// So that a thousand short lines are not a thousand writes.
  private static final int AT_ONCE_BYTES = 64 << 10;

  private static final Logger LOGGER = Logger.getLogger(LogQueue.class.getName());

  private final PrintStream out;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();
  private final Condition written = lock.newCondition();

  // Guarded by the lock.
  private final Deque<byte[]> lines = new ArrayDeque<>();
  private long addedBytes;
  private long writtenBytes;
  private long lost;
  private boolean stuck;
  private boolean closed;

  private LogQueue(PrintStream out) {
    this.out = out;
  }

  /// Begins to write to a stream, one JSON object a line.
  static LogQueue to(PrintStream out) {
    LogQueue made = new LogQueue(out);
    made.setFormatter(new JsonLines());
    made.setLevel(Level.ALL);
    // Of the platform: one that hangs in a write would keep a carrier from all virtual ones.
    Thread.ofPlatform().daemon().name("log-writer").start(made::writeAll);
    return made;
  }

  @Override
  public void publish(LogRecord record) {
    if (!isLoggable(record)) {
      return;
    }
    byte[] line;
    try {
      line = bytes(record);
    } catch (RuntimeException e) {
      reportError(null, e, ErrorManager.FORMAT_FAILURE);
      return;
    }
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (!fits(line)) {
        lost++;
        return;
      }
      tellOfLost();
      add(line);
    } finally {
      lock.unlock();
    }
  }

  private byte[] bytes(LogRecord record) {
    return getFormatter().format(record).getBytes(StandardCharsets.UTF_8);
  }

  /// One that is longer than all may be is written where nothing else waits.
  private boolean fits(byte[] line) {
    long waiting = addedBytes - writtenBytes;
    return waiting == 0 || (lines.size() < LINES_MAX && waiting + line.length <= BYTES_MAX);
  }

  private void add(byte[] line) {
    lines.add(line);
    addedBytes += line.length;
    added.signal();
  }

  private void tellOfLost() {
    if (lost > 0) {
      LogFields fields = LogFields.event("log_lines_lost").and("lines", lost);
      lost = 0;
      add(
          bytes(
              fields.line(LOGGER, Level.WARNING, "lines were lost: nobody took them fast enough")));
    }
  }

  private void writeAll() {
    try {
      for (byte[] next = take(); next.length > 0; next = take()) {
        out.write(next, 0, next.length);
        out.flush();
        wrote(next.length);
      }
    } catch (InterruptedException nobodyDoes) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whole lines that wait; nothing where there will be none any more.
  private byte[] take() throws InterruptedException {
    lock.lock();
    try {
      while (lines.isEmpty() && lost == 0 && !closed) {
        added.await();
      }
      if (lines.isEmpty()) {
        tellOfLost();
      }
      ByteArrayOutputStream next = new ByteArrayOutputStream();
      for (byte[] line = lines.poll(); line != null; line = lines.poll()) {
        next.writeBytes(line);
        if (next.size() >= AT_ONCE_BYTES) {
          break;
        }
      }
      return next.toByteArray();
    } finally {
      lock.unlock();
    }
  }

  private void wrote(int bytes) {
    lock.lock();
    try {
      writtenBytes += bytes;
      stuck = false;
      written.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flush() {
    flushed();
  }

  /// Waits for what has been logged so far, a second at most; not again while nothing has moved.
  ///
  /// @return whether all of it is written
  boolean flushed() {
    lock.lock();
    try {
      tellOfLost();
      long until = addedBytes;
      long leftNanos = FLUSH_MAX.toNanos();
      while (writtenBytes < until) {
        if (stuck || leftNanos <= 0) {
          stuck = true;
          return false;
        }
        leftNanos = written.awaitNanos(leftNanos);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /// Writes what waits, for as long as [#flushed()], and takes nothing any more.
  @Override
  public void close() {
    flushed();
    lock.lock();
    try {
      closed = true;
      added.signal();
    } finally {
      lock.unlock();
    }
  }
}
