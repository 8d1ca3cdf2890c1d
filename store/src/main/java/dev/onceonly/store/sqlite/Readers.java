package dev.onceonly.store.sqlite;

import dev.onceonly.core.Failure;
import dev.onceonly.store.BoundedLog;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Reads outside the lane. What they see has been flushed. Three kinds that do not wait for one
/// another: callers' single rows, callers' lists, and what the server needs for itself.
/// Thread-safe.
final class Readers implements AutoCloseable {
  private static final int ROW_THREADS = 2;
  private static final int LIST_THREADS = 2;

  /// What the server needs for itself comes from nobody's flood, and every look has its index.
  private static final long OWN_TIMEOUT_MS = 60_000;

  private static final long NOBODY = 0;

  private final Path database;
  private final ReadLane rows;
  private final ReadLane lists;
  private final ReadLane own;

  /// @param nanos a monotonic clock
  /// @param timeout of a caller's read, its waiting included
  Readers(Path database, LongSupplier nanos, Duration timeout) {
    this.database = database;
    ReadConnection.Source source = new ReadConnection.Source(database, nanos);
    BoundedLog log = new BoundedLog(System.getLogger(Readers.class.getName()), nanos);
    long timeoutMs = timeout.toMillis();
    rows = new ReadLane("rows", source, new ReadLane.Bounds(ROW_THREADS, 2, timeoutMs), log);
    lists = new ReadLane("lists", source, new ReadLane.Bounds(LIST_THREADS, 1, timeoutMs), log);
    own = new ReadLane("own", source, new ReadLane.Bounds(1, 1, OWN_TIMEOUT_MS), log);
  }

  /// A row or a few, found by an index.
  <R extends @Nullable Object> R row(long namespaceId, ReadLane.Query<R> query) {
    return rows.read(namespaceId, query);
  }

  /// A page, a sum: whatever grows with what a namespace has.
  <R extends @Nullable Object> R list(long namespaceId, ReadLane.Query<R> query) {
    return lists.read(namespaceId, query);
  }

  /// What the server needs for itself, whatever its callers do.
  <R extends @Nullable Object> R own(ReadLane.Query<R> query) {
    return own.read(NOBODY, query);
  }

  /// A long look at everything, on a connection of its own and without a bound in time.
  <R> R alone(ReadLane.Query<R> query) {
    CompletableFuture<R> answer = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("store-look")
        .daemon()
        .start(() -> {
          try (Connection connection = SqliteConnections.reader(database)) {
            answer.complete(query.run(new SqliteTables(connection)));
          } catch (SQLException | RuntimeException | Error e) {
            answer.completeExceptionally(e);
          }
        });
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ReadLane.unavailable();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure failure) {
        throw failure;
      }
      System.getLogger(Readers.class.getName())
          .log(System.Logger.Level.ERROR, "a read failed", e.getCause());
      throw ReadLane.unavailable();
    }
  }

  @Override
  public void close() {
    rows.close();
    lists.close();
    own.close();
  }
}
