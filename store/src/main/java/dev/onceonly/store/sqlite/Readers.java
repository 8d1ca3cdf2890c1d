package dev.onceonly.store.sqlite;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Read-only connections, each on a platform thread of its own: a native call would pin a virtual
/// thread's carrier. What they see has been flushed. Thread-safe; bounded: a full queue is
/// `OVERLOADED`.
final class Readers implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int QUEUE_MAX = 4_096;

  private final List<Connection> connections = new ArrayList<>();
  private final ThreadLocal<SqliteTables> tables;
  private final ThreadPoolExecutor threads;

  /// A read on one connection's tables.
  @FunctionalInterface
  interface Query<R extends @Nullable Object> {
    R run(SqliteTables tables) throws SQLException;
  }

  Readers(Path database) {
    tables =
        ThreadLocal.withInitial(() -> {
          try {
            Connection connection = SqliteConnections.reader(database);
            synchronized (connections) {
              connections.add(connection);
            }
            return new SqliteTables(connection);
          } catch (SQLException e) {
            throw SqliteFaults.during("open", e);
          }
        });
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(QUEUE_MAX),
            Thread.ofPlatform().name("store-reader-", 0).daemon().factory());
  }

  <R extends @Nullable Object> R read(Query<R> query) {
    FutureTask<R> task = new FutureTask<>(() -> run(query, tables.get()));
    try {
      threads.execute(task);
      return task.get();
    } catch (RejectedExecutionException e) {
      throw threads.isShutdown() ? unavailable() : Failure.overloaded("too many reads are waiting");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable();
    } catch (ExecutionException e) {
      System.getLogger(Readers.class.getName())
          .log(System.Logger.Level.ERROR, "a read failed", e.getCause());
      throw unavailable();
    }
  }

  private static <R extends @Nullable Object> R run(Query<R> query, SqliteTables tables)
      throws SQLException {
    try {
      return query.run(tables);
    } catch (SQLException e) {
      tables.statements.forget();
      throw e;
    }
  }

  private static Failure unavailable() {
    return new Failure(ErrorCode.STORAGE_UNAVAILABLE, "the store could not be read", Map.of(), 1);
  }

  @Override
  public void close() {
    threads.close();
    synchronized (connections) {
      for (Connection connection : connections) {
        try {
          connection.close();
        } catch (SQLException e) {
          throw SqliteFaults.during("close", e);
        }
      }
    }
  }
}
