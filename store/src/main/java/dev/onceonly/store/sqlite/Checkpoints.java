package dev.onceonly.store.sqlite;

import dev.onceonly.store.LaneListener;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Folds the write-ahead log into the database off the hot path: when the log has grown to half its
/// bound, a thread of its own copies pages while the lane goes on writing; the lane itself copies
/// only the rest, after which its next write starts the log anew from the beginning of the same
/// file. When nothing happens, the log is emptied.
///
/// A PASSIVE checkpoint waits for nobody and makes nobody wait but for the disk.
final class Checkpoints implements AutoCloseable {
  private static final int BATCHES_BETWEEN_LOOKS = 16;

  /// What a checkpoint statement reports.
  ///
  /// @param busy it could not finish
  /// @param frames in the log
  /// @param copied of them, so far
  record Progress(boolean busy, long frames, long copied) {}

  private final Connection lane;
  private final Connection own;
  private final long boundFrames;
  private final LongSupplier nanos;
  private final Consumer<SQLException> onFault;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile LaneListener figures = LaneListener.NONE;
  private volatile boolean copying;
  private volatile boolean copied;
  private volatile boolean closed;
  private int batchesSinceLook;

  /// @param onFault told of a copy that failed, on the copying thread
  Checkpoints(
      Path file,
      Connection lane,
      SqliteSettings settings,
      LongSupplier nanos,
      Consumer<SQLException> onFault)
      throws SQLException {
    this.lane = lane;
    this.own = SqliteConnections.writer(file, settings.synchronous());
    this.boundFrames = settings.walBytesMax() / SqliteConnections.PAGE_BYTES;
    this.nanos = nanos;
    this.onFault = onFault;
    this.thread = Thread.ofPlatform().name("wal-checkpoint").daemon().start(this::copyLoop);
  }

  void report(LaneListener listener) {
    figures = listener;
  }

  /// Between two batches, on the lane's thread.
  void afterBatch() throws SQLException {
    if (++batchesSinceLook < BATCHES_BETWEEN_LOOKS || copying) {
      return;
    }
    batchesSinceLook = 0;
    if (copied) {
      copied = false;
      checkpoint(lane, "PASSIVE");
      return;
    }
    if (checkpoint(lane, "NOOP").frames() > boundFrames / 2) {
      copying = true;
      wake.release();
    }
  }

  /// Folds everything and empties the log file, on the lane's thread, when nothing is waiting. It
  /// would wait for readers, a backup above all: it does not, since steps may come.
  ///
  /// @return false where a copy or a reader is under way: to be tried again
  boolean whenIdle() throws SQLException {
    if (copying) {
      return false;
    }
    copied = false;
    return !SqliteConnections.withoutWaiting(lane, () -> checkpoint(lane, "TRUNCATE")).busy();
  }

  static Progress checkpoint(Connection connection, String mode) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
      row.next();
      return new Progress(row.getInt(1) != 0, row.getLong(2), row.getLong(3));
    }
  }

  private void copyLoop() {
    while (!closed) {
      wake.acquireUninterruptibly();
      if (closed) {
        return;
      }
      long start = nanos.getAsLong();
      try {
        // The second round copies what came during the first, so that the lane's share is small.
        Progress first = checkpoint(own, "PASSIVE");
        checkpoint(own, "PASSIVE");
        figures.checkpointed(nanos.getAsLong() - start, first.frames());
      } catch (SQLException e) {
        onFault.accept(e);
      }
      copied = true;
      copying = false;
    }
  }

  @Override
  public void close() throws SQLException {
    closed = true;
    wake.release();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    own.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
