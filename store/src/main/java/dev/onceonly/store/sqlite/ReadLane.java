package dev.onceonly.store.sqlite;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.store.BoundedLog;
import dev.onceonly.store.SessionException;
import dev.onceonly.store.SessionException.Meaning;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Read-only connections for one kind of read, each on a platform thread of its own: a native call
/// would pin a virtual thread's carrier. Namespaces are served in turn, none by more threads than
/// its share, and a read that takes too long is interrupted: so one namespace's reads cost another
/// at most its share. Thread-safe.
final class ReadLane implements AutoCloseable {
  /// Reads that wait, in all and of one namespace; beyond, they are `OVERLOADED`.
  static final int QUEUE_MAX = 4_096;

  static final int NAMESPACE_QUEUE_MAX = 1_024;

  private final ReadConnection.Source source;
  private final Bounds bounds;
  private final BoundedLog log;
  private final List<Thread> threads = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final Map<Long, Line> lines = new HashMap<>();
  private final ArrayDeque<Line> turns = new ArrayDeque<>();
  private int waiting;
  private boolean closed;

  /// Bounds of a lane.
  ///
  /// @param threads connections
  /// @param namespaceThreads how many of them one namespace may have at a time
  /// @param timeoutMs from the asking to the answer
  record Bounds(int threads, int namespaceThreads, long timeoutMs) {}

  /// A read on one connection's tables.
  @FunctionalInterface
  interface Query<R extends @Nullable Object> {
    R run(SqliteTables tables) throws SQLException;
  }

  /// One namespace's reads; guarded by the lane's lock. It stands in `turns` while something waits
  /// and it has not its share of threads.
  private static final class Line {
    final long namespaceId;
    final ArrayDeque<Asked<?>> waiting = new ArrayDeque<>();
    int running;

    Line(long namespaceId) {
      this.namespaceId = namespaceId;
    }
  }

  /// A read, and where its answer goes.
  private record Asked<R extends @Nullable Object>(
      Line line, Query<R> query, long deadline, CompletableFuture<R> answer) {
    void runOn(ReadConnection connection) {
      try {
        answer.complete(connection.run(query, deadline));
      } catch (SQLException | RuntimeException | Error e) {
        answer.completeExceptionally(e);
      }
    }
  }

  ReadLane(String name, ReadConnection.Source source, Bounds bounds, BoundedLog log) {
    this.source = source;
    this.bounds = bounds;
    this.log = log;
    for (int i = 0; i < bounds.threads(); i++) {
      threads.add(Thread.ofPlatform().name("store-" + name + "-" + i).daemon().start(this::serve));
    }
  }

  /// Reads, and blocks the caller until it is done.
  ///
  /// @param namespaceId whose share it takes
  /// @throws Failure `OVERLOADED` (too many reads wait, or it took too long), or
  ///   `STORAGE_UNAVAILABLE`
  <R extends @Nullable Object> R read(long namespaceId, Query<R> query) {
    CompletableFuture<R> answer = offer(namespaceId, query).answer();
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw failure(namespaceId, cause == null ? e : cause);
    }
  }

  private <R extends @Nullable Object> Asked<R> offer(long namespaceId, Query<R> query) {
    lock.lock();
    try {
      if (closed) {
        throw unavailable();
      }
      if (waiting >= QUEUE_MAX) {
        throw Failure.overloaded("too many reads are waiting");
      }
      Line line = lines.computeIfAbsent(namespaceId, Line::new);
      if (line.waiting.size() >= NAMESPACE_QUEUE_MAX) {
        throw Failure.overloaded("too many reads of the namespace are waiting");
      }
      long deadline = source.nanos() + TimeUnit.MILLISECONDS.toNanos(bounds.timeoutMs());
      Asked<R> asked = new Asked<>(line, query, deadline, new CompletableFuture<>());
      line.waiting.addLast(asked);
      waiting++;
      if (line.waiting.size() == 1 && line.running < bounds.namespaceThreads()) {
        turns.addLast(line);
        more.signal();
      }
      return asked;
    } finally {
      lock.unlock();
    }
  }

  private void serve() {
    try (ReadConnection connection = new ReadConnection(source)) {
      Asked<?> asked;
      while ((asked = take()) != null) {
        asked.runOn(connection);
        done(asked.line());
      }
    }
  }

  /// The next one whose turn it is; null once the lane is closed and nothing waits that this thread
  /// may take.
  private @Nullable Asked<?> take() {
    lock.lock();
    try {
      while (turns.isEmpty()) {
        if (closed && waiting == 0) {
          return null;
        }
        more.awaitUninterruptibly();
      }
      Line line = turns.removeFirst();
      Asked<?> asked = line.waiting.removeFirst();
      waiting--;
      line.running++;
      if (!line.waiting.isEmpty() && line.running < bounds.namespaceThreads()) {
        turns.addLast(line);
        more.signal();
      }
      return asked;
    } finally {
      lock.unlock();
    }
  }

  private void done(Line line) {
    lock.lock();
    try {
      boolean hadItsShare = line.running == bounds.namespaceThreads();
      line.running--;
      if (line.waiting.isEmpty()) {
        if (line.running == 0) {
          lines.remove(line.namespaceId);
        }
      } else if (hadItsShare) {
        // For this very thread, which comes back for it.
        turns.addLast(line);
      }
      if (closed) {
        more.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private Failure failure(long namespaceId, Throwable cause) {
    if (cause instanceof Failure refused) {
      return refused;
    }
    String whose = "a read of namespace " + namespaceId;
    if (cause instanceof SQLiteException sqlite
        && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_INTERRUPT) {
      log.write(
          Level.WARNING, whose + " took over " + bounds.timeoutMs() + " ms and was ended", null);
      return Failure.overloaded("the read took too long");
    }
    if (isLock(cause)) {
      log.write(Level.WARNING, whose + " found the database locked", cause);
      return Failure.overloaded("the database is locked");
    }
    log.write(Level.ERROR, whose + " failed", cause);
    return unavailable();
  }

  private static boolean isLock(Throwable cause) {
    Meaning meaning =
        switch (cause) {
          case SessionException opening -> opening.meaning();
          case SQLException reading -> SqliteFaults.during("read", reading).meaning();
          default -> Meaning.STATEMENT_REFUSED;
        };
    return meaning == Meaning.BUSY;
  }

  static Failure unavailable() {
    return new Failure(ErrorCode.STORAGE_UNAVAILABLE, "the store could not be read", Map.of(), 1);
  }

  /// Reads that wait for a thread.
  int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /// Namespaces that are kept count of: those with a read under way or waiting.
  int namespaces() {
    lock.lock();
    try {
      return lines.size();
    } finally {
      lock.unlock();
    }
  }

  /// Takes no more reads, finishes those that wait, and closes the connections.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      more.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
