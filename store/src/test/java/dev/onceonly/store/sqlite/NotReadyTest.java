package dev.onceonly.store.sqlite;

import static dev.onceonly.testkit.FreeStep.counting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.Failure;
import dev.onceonly.core.service.Notice;
import dev.onceonly.store.Cuts.Point;
import dev.onceonly.store.LaneLimits;
import dev.onceonly.store.SessionException.Meaning;
import dev.onceonly.testkit.Await;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A store whose writes do not reach the disk says so, to any thread and in one line of the log,
/// and finds out by itself when they do again.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
final class NotReadyTest {
  private static final Duration SLOW = Duration.ofSeconds(5);
  private static final Logger LOG = Logger.getLogger("dev.onceonly.store.WriteHealth");

  @TempDir private Path path;
  private LaneUnderTest lane;
  private final List<LogRecord> lines = new CopyOnWriteArrayList<>();
  private final Handler kept = new Kept();

  private final class Kept extends Handler {
    @Override
    public void publish(LogRecord line) {
      lines.add(line);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void open() {
    LOG.addHandler(kept);
    lane = new LaneUnderTest(path, LaneLimits.DEFAULT.withFlushSlow(SLOW));
  }

  @AfterEach
  void close() {
    lane.close();
    LOG.removeHandler(kept);
  }

  private String code() {
    Notice troubles = lane.store().troubles();
    return troubles == null ? "ready" : troubles.code();
  }

  private List<String> said() {
    return lines.stream().map(line -> line.getLevel() + " " + line.getMessage()).toList();
  }

  private void awaitSaid(int count) {
    Await.until(() -> lines.size() >= count);
  }

  /// Time goes on, in pieces that are short beside a slow flush.
  private void awaitReady() {
    Await.until(() -> {
      lane.time.advanceMs(10);
      return code().equals("ready");
    });
  }

  private void countInVain() {
    assertThatThrownBy(() -> lane.store().run(counting("counter"))).isInstanceOf(Failure.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"NO_SPACE", "NO_SPACE_AFTER_FLUSH"})
  void aWriteWithoutSpaceIsNotReadyUntilTheLaneHasWrittenByItself(Meaning meaning) {
    lane.cuts.plan(Point.BEFORE_COMMIT, meaning);
    lane.cuts.plan(Point.BEFORE_COMMIT, Meaning.NO_SPACE);
    countInVain();
    assertThat(code()).isEqualTo("storage_full");
    awaitSaid(1);
    // The first probe has no space either.
    int before = lane.cuts.commits();
    lane.time.advanceMs(1_001);
    Await.until(() -> lane.cuts.left(Point.BEFORE_COMMIT) == 0);
    assertThat(code()).isEqualTo("storage_full");
    assertThat(lane.cuts.commits()).isEqualTo(before);
    // Nobody asks for anything.
    awaitReady();
    awaitSaid(2);
    assertThat(said().get(0)).startsWith("WARNING the store is not ready: a write failed because");
    assertThat(said().get(1)).startsWith("INFO the store is ready again");
    assertThat(lane.store().run(counting("counter"))).isPositive();
  }

  @Test
  void aSmallWriteThatFitsOnAFullDiskProvesNothing() {
    lane.cuts.setRoom(false);
    lane.cuts.plan(Point.BEFORE_COMMIT, Meaning.NO_SPACE);
    countInVain();
    int before = lane.cuts.commits();
    lane.time.advanceMs(1_001);
    Await.until(() -> lane.cuts.commits() > before);
    assertThat(code()).isEqualTo("storage_full");
    lane.cuts.setRoom(true);
    awaitReady();
  }

  @ParameterizedTest
  @EnumSource(names = {"BEGIN", "BEFORE_COMMIT", "HOUSEKEEPING"})
  void workThatHangsInTheDiskIsSeenByOtherThreadsWhileItHangs(Point point) throws Exception {
    lane.cuts.hold(point);
    Future<Long> asked = lane.submit(counting("counter"));
    lane.cuts.awaitHeld();
    assertThat(code()).isEqualTo("ready");
    lane.time.advance(SLOW.plusMillis(1));
    assertThat(code()).isEqualTo("storage_slow");
    awaitSaid(1);
    assertThat(said()).hasSize(1);
    assertThat(said().getFirst()).contains("flush_slow_ms (5000)");
    assertThat(asked.isDone()).isEqualTo(point == Point.HOUSEKEEPING);
    lane.cuts.letGo();
    assertThat(asked.get()).isPositive();
    awaitReady();
  }

  @Test
  void aFlushThatWasSlowIsNotReadyUntilOneIsQuick() throws Exception {
    lane.cuts.hold(Point.BEFORE_COMMIT);
    Future<Long> asked = lane.submit(counting("counter"));
    lane.cuts.awaitHeld();
    lane.time.advance(SLOW.plusMillis(1));
    lane.cuts.letGo();
    asked.get();
    Await.until(() -> !code().equals("ready"));
    assertThat(code()).isEqualTo("storage_slow");
    lane.time.advanceMs(1_001);
    Await.until(() -> code().equals("ready"));
  }

  @Test
  void anotherProgramsLockIsNotReadyOnceItOutlastsASlowFlush() throws Exception {
    try (Connection other = SqliteConnections.copying(path.resolve("onceonly.db"));
        Statement statement = other.createStatement()) {
      statement.executeUpdate("BEGIN IMMEDIATE");
      countInVain();
      assertThat(code()).isEqualTo("ready");
      lane.time.advance(SLOW.plusMillis(1));
      Await.until(() -> code().equals("storage_locked"));
      statement.executeUpdate("ROLLBACK");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    awaitReady();
  }

  @Test
  void aFailedFlushIsNotReadyForGood() {
    lane.cuts.plan(Point.AFTER_COMMIT, Meaning.OUTCOME_UNKNOWN);
    countInVain();
    int before = lane.cuts.commits();
    lane.time.advance(Duration.ofHours(1));
    countInVain();
    lane.time.advance(Duration.ofHours(1));
    assertThat(code()).isEqualTo("storage_broken");
    assertThat(lane.cuts.commits()).isEqualTo(before);
  }
}
