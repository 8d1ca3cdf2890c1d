package dev.onceonly.store.sqlite;

import static dev.onceonly.testkit.FreeStep.counting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.store.LaneLimits;
import dev.onceonly.testkit.Await;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/// Somebody else holds the database's write lock: a reader that mends the log's index for a moment,
/// another program for longer.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
final class LockedDatabaseTest {
  @TempDir private Path path;
  private LaneUnderTest lane;
  private Connection other;

  @BeforeEach
  void open() throws SQLException {
    lane = new LaneUnderTest(path, LaneLimits.DEFAULT);
    other = SqliteConnections.copying(path.resolve("onceonly.db"));
  }

  @AfterEach
  void close() throws SQLException {
    other.close();
    lane.close();
  }

  /// Tried again where this thread itself was kept from the processor for as long as the lane
  /// waits.
  @Test
  void aLockThatEndsIsWaitedFor() throws Exception {
    while (!isWaitedFor()) {
      assertThat(lane.store().troubles()).isNull();
    }
  }

  private boolean isWaitedFor() throws Exception {
    long start = System.nanoTime();
    other("BEGIN IMMEDIATE");
    Future<Long> asked = lane.submit(counting("counter"));
    boolean answeredMeanwhile = isAnsweredWithin(asked, 100);
    other("ROLLBACK");
    long heldMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    if (heldMs > SqliteConnections.WRITER_BUSY_MS / 2) {
      Await.until(asked::isDone);
      return false;
    }
    assertThat(answeredMeanwhile).isFalse();
    assertThat(asked.get()).isPositive();
    return true;
  }

  private static boolean isAnsweredWithin(Future<Long> asked, long waitMs)
      throws InterruptedException {
    try {
      asked.get(waitMs, TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  @Test
  void aLockThatOutlastsTheBoundIsOverloadAndTheLaneGoesOn() throws Exception {
    other("BEGIN IMMEDIATE");
    assertThatThrownBy(() -> lane.store().run(counting("counter")))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED);
              assertThat(failure.retryAfterSeconds()).isPositive();
            });
    assertThat(lane.store().troubles()).isNull();
    other("ROLLBACK");
    assertThat(lane.store().run(counting("counter"))).isEqualTo(1);
  }

  private void other(String sql) throws SQLException {
    try (Statement statement = other.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
