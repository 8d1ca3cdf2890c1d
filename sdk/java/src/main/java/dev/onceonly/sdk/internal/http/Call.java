package dev.onceonly.sdk.internal.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One logical call, which can be ended from outside: whatever it waits for at that time fails with
/// the reason, and so does whatever it would wait for later. Thread-safe.
public final class Call {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Consumer<Throwable>> enders = new ArrayList<>(2);
  private final List<Call> lasting = new ArrayList<>(1);
  private @Nullable Throwable ended;
  private @Nullable Throwable closed;
  private final @Nullable Object trace;
  private volatile long lastSentNanos = System.nanoTime();

  /// @param trace what the caller's thread belongs to; see
  ///   [dev.onceonly.sdk.internal.trace.Tracing]
  Call(@Nullable Object trace) {
    this.trace = trace;
  }

  @Nullable Object trace() {
    return trace;
  }

  /// Makes the call wait for this step; the step fails when the call is ended first.
  public <T extends @Nullable Object> CompletableFuture<T> step(CompletableFuture<T> step) {
    Consumer<Throwable> ender = step::completeExceptionally;
    add(ender);
    Completion.of(step, (value, error) -> remove(ender));
    return step;
  }

  /// A step that takes this long.
  public CompletableFuture<@Nullable Void> pause(long millis) {
    CompletableFuture<@Nullable Void> pause = new CompletableFuture<>();
    return step(pause.completeOnTimeout(null, Math.max(0, millis), TimeUnit.MILLISECONDS));
  }

  /// Does in the caller's thread what blocks; it fails when the call is ended first.
  <T> T here(HereWork.Blocking<T> work) throws IOException, InterruptedException, TimeoutException {
    HereWork<T> here = new HereWork<>();
    Consumer<Throwable> ender = here::end;
    add(ender);
    try {
      return here.run(work);
    } finally {
      remove(ender);
    }
  }

  /// Notes that an attempt goes out now.
  void sent() {
    lastSentNanos = System.nanoTime();
  }

  /// When the last attempt went out, by `System.nanoTime`.
  public long lastSentNanos() {
    return lastSentNanos;
  }

  /// A part of this call that can be ended alone, and ends with it.
  public Call part() {
    Call part = new Call(trace);
    add(part::end);
    return part;
  }

  /// A part of this call that goes on when the call is cancelled, and ends when the client is
  /// closed: what has been done is recorded all the same.
  public Call lasting() {
    Call part = new Call(trace);
    Throwable reason;
    lock.lock();
    try {
      reason = closed;
      lasting.add(part);
    } finally {
      lock.unlock();
    }
    if (reason != null) {
      part.close(reason);
    }
    return part;
  }

  /// A call of its own, which only its owner ends.
  public static Call apart() {
    return new Call(null);
  }

  /// Ends the call with its lasting parts.
  void close(Throwable reason) {
    List<Call> parts;
    lock.lock();
    try {
      if (closed != null) {
        return;
      }
      closed = reason;
      parts = List.copyOf(lasting);
    } finally {
      lock.unlock();
    }
    end(reason);
    parts.forEach(part -> part.close(reason));
  }

  /// Ends the call, except for its lasting parts. Only the first reason counts.
  public void end(Throwable reason) {
    List<Consumer<Throwable>> now;
    lock.lock();
    try {
      if (ended != null) {
        return;
      }
      ended = reason;
      now = List.copyOf(enders);
      enders.clear();
    } finally {
      lock.unlock();
    }
    now.forEach(ender -> ender.accept(reason));
  }

  /// Whether it has been ended from outside.
  public boolean isEnded() {
    lock.lock();
    try {
      return ended != null;
    } finally {
      lock.unlock();
    }
  }

  private void add(Consumer<Throwable> ender) {
    Throwable reason;
    lock.lock();
    try {
      reason = ended;
      if (reason == null) {
        enders.add(ender);
      }
    } finally {
      lock.unlock();
    }
    if (reason != null) {
      ender.accept(reason);
    }
  }

  private void remove(Consumer<Throwable> ender) {
    lock.lock();
    try {
      enders.remove(ender);
    } finally {
      lock.unlock();
    }
  }
}
