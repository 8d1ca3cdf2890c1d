package dev.onceonly.sdk.internal.http;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What a call waits for in its caller's thread, which an end from outside interrupts. Thread-safe.
final class HereWork<T> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread thread = Thread.currentThread();
  private boolean isInside = true;
  private @Nullable Throwable ended;

  /// Work that blocks.
  interface Blocking<T> {
    T get() throws IOException, InterruptedException, TimeoutException;
  }

  /// Interrupts the work, unless it is over.
  void end(Throwable reason) {
    lock.lock();
    try {
      if (isInside && ended == null) {
        ended = reason;
        thread.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Does the work in this thread, which must be the one that has made this object.
  T run(Blocking<T> work) throws IOException, InterruptedException, TimeoutException {
    try {
      T value = isEnded() ? null : work.get();
      Throwable reason = leave();
      if (value == null) {
        throw reason == null
            ? new IllegalStateException("the work gave nothing")
            : Failures.<RuntimeException>sneak(reason);
      }
      return value;
    } catch (InterruptedException e) {
      Throwable reason = leave();
      if (reason != null) {
        throw Failures.<RuntimeException>sneak(reason);
      }
      throw e;
    } catch (IOException | TimeoutException | RuntimeException | Error e) {
      leave();
      throw e;
    }
  }

  private boolean isEnded() {
    lock.lock();
    try {
      return ended != null;
    } finally {
      lock.unlock();
    }
  }

  // An interrupt by `end` is meant for the work alone, and must not stay in the caller's thread.
  private @Nullable Throwable leave() {
    lock.lock();
    try {
      isInside = false;
      if (ended != null) {
        Thread.interrupted();
      }
      return ended;
    } finally {
      lock.unlock();
    }
  }
}
