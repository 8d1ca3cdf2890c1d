package dev.onceonly.server.fault;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Takes the write lock of a server's database for a moment, again and again, as a reader of SQLite
/// does that finds the index of the log half written. Changes nothing. Ends when it is told to.
final class OtherWriter {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /// As long as a reader may be kept from a core while it has the lock.
  private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final String url;
  private final AtomicInteger moments = new AtomicInteger();
  private final Thread thread = Thread.ofPlatform().name("other-writer").unstarted(this::run);
  private volatile boolean ending;

  OtherWriter(Path data) {
    this.url = "jdbc:sqlite:" + data.resolve("onceonly.db");
  }

  void begin() {
    thread.start();
  }

  private void run() {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 5000");
      while (!ending) {
        statement.execute("BEGIN IMMEDIATE");
        LockSupport.parkNanos(MOMENT_NANOS);
        statement.execute("ROLLBACK");
        moments.incrementAndGet();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the write lock could not be taken", e);
    }
  }

  /// Waits until it has ended.
  ///
  /// @return how often it had the lock
  int end() throws InterruptedException {
    ending = true;
    thread.join();
    return moments.get();
  }
}
