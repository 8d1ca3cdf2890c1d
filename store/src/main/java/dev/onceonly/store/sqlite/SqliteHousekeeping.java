package dev.onceonly.store.sqlite;

import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.StoreClock;
import dev.onceonly.store.RecentFeed;
import dev.onceonly.store.RecentFeed.Numbered;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the lane does between batches, on its own thread and connection: checkpoints, deletions,
/// the saving of the feed. Each piece is small; while steps are waiting, deletions take at most one
/// part in twenty of the lane's time.
final class SqliteHousekeeping {
  private static final long BUSY_SHARE = 20;
  private static final long FEED_EVERY_MS = 500;

  /// About so many items of the feed are saved in one piece.
  private static final int FEED_ITEMS_MAX = 256;

  private static final ResumeStep.StateKey FEED_LAST =
      new ResumeStep.StateKey(StateValues.FEED_LAST);
  private static final long IDLE_TRUNCATE_AFTER_MS = 2_000;
  private static final long ROUND_PAUSE_MS = 30_000;

  private final StoreClock clock;
  private final Checkpoints checkpoints;
  private final @Nullable Sweep sweep;
  private final FeedTable feedTable;
  private final RecentFeed feed;
  private final FreeSpace space;
  private Instant nextFeedSave = Instant.MIN;
  private Instant nextSweep = Instant.MIN;
  private Instant lastBatch = Instant.MIN;
  private boolean logMayHaveFrames = true;

  /// Does nothing yet.
  ///
  /// @param sweep deletes what is over; null where nothing may be deleted
  SqliteHousekeeping(
      StoreClock clock,
      Checkpoints checkpoints,
      @Nullable Sweep sweep,
      FeedTable table,
      RecentFeed feed,
      FreeSpace space) {
    this.clock = clock;
    this.checkpoints = checkpoints;
    this.sweep = sweep;
    this.feedTable = table;
    this.feed = feed;
    this.space = space;
  }

  void run(SqliteSession session, boolean idle) throws SQLException {
    Instant now = clock.now();
    if (!idle) {
      lastBatch = now;
      logMayHaveFrames = true;
    }
    space.look(now);
    checkpoints.afterBatch();
    if (!now.isBefore(nextFeedSave)) {
      nextFeedSave = now.plusMillis(FEED_EVERY_MS);
      saveFeed(session, now);
    }
    if (sweep != null && !now.isBefore(nextSweep)) {
      sweepPiece(sweep, session, now, idle);
    }
    boolean quiet = now.isAfter(lastBatch.plusMillis(IDLE_TRUNCATE_AFTER_MS));
    if (idle && quiet && logMayHaveFrames) {
      logMayHaveFrames = !checkpoints.whenIdle();
    }
  }

  /// One piece; what is left comes soon, but the lane's time is for its steps.
  private void saveFeed(SqliteSession session, Instant now) throws SQLException {
    if (saveFeedPiece(session, now) && feed.bytes() > 0) {
      Duration took = Duration.between(now, clock.now());
      nextFeedSave = now.plus(took.multipliedBy(BUSY_SHARE));
    }
  }

  /// False where there was nothing to save. What can't be saved stays in memory, to be tried again.
  private boolean saveFeedPiece(SqliteSession session, Instant now) throws SQLException {
    List<Numbered> unsaved = feed.unsaved(FEED_ITEMS_MAX);
    if (unsaved.isEmpty()) {
      return false;
    }
    session.begin();
    feedTable.save(unsaved);
    session.save(new Change<>(FEED_LAST, new StateRow(feed.last())));
    session.commit(now);
    feed.written(unsaved);
    logMayHaveFrames = true;
    return true;
  }

  private void sweepPiece(Sweep sweep, SqliteSession session, Instant now, boolean idle)
      throws SQLException {
    session.begin();
    Sweep.Piece piece = sweep.next(now.toEpochMilli());
    if (piece.deleted() > 0) {
      session.commit(now);
      logMayHaveFrames = true;
    } else {
      session.rollback();
    }
    Duration took = Duration.between(now, clock.now());
    if (piece.roundDone()) {
      nextSweep = now.plusMillis(ROUND_PAUSE_MS);
    } else if (!idle || piece.deleted() == 0) {
      nextSweep = now.plus(took.multipliedBy(BUSY_SHARE));
    }
  }

  boolean hasRoom() {
    return space.hasRoom();
  }

  /// Saves what is left of the feed and empties the log.
  void close(SqliteSession session) throws SQLException {
    Instant now = clock.now();
    boolean more;
    do {
      more = saveFeedPiece(session, now);
    } while (more);
    checkpoints.whenIdle();
  }

  /// Ends the copying thread.
  void stop() throws SQLException {
    checkpoints.close();
  }
}
