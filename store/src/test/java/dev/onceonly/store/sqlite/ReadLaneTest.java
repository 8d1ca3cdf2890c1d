package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.govern.GovernQueries.CallPage;
import dev.onceonly.core.run.RunQueries.RunPage;
import dev.onceonly.store.BoundedLog;
import dev.onceonly.testkit.Await;
import dev.onceonly.testkit.ManualTime;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/// How reads take turns, are bounded in number and in time, and leave the server its own.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
final class ReadLaneTest {
  private static final long TIMEOUT_MS = 2_000;
  private static final String ENDLESS =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
  @TempDir private Path path;
  private final ManualTime time = new ManualTime(Instant.parse("2026-11-05T10:00:00Z"));
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch open = new CountDownLatch(1);
  private final List<String> order = Collections.synchronizedList(new ArrayList<>());
  private StoreFolder folder;

  @BeforeEach
  void makeStore() {
    folder = new StoreFolder(path, time);
    folder.open();
  }

  @AfterEach
  void close() {
    open.countDown();
    callers.close();
    folder.close();
  }

  @Test
  void namespacesAreServedInTurns() throws Exception {
    try (ReadLane lane = lane(1, 1);
        Gate _ = open::countDown) {
      Future<?> first = block(lane, 1);
      List<Future<?>> asked = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        asked.add(note(lane, 1, "flood"));
      }
      asked.add(note(lane, 2, "other"));
      Await.until(() -> lane.waiting() == 101);
      open.countDown();
      first.get();
      for (Future<?> one : asked) {
        one.get();
      }
      assertThat(order).hasSize(101);
      assertThat(order.indexOf("other")).isLessThanOrEqualTo(1);
      Await.until(() -> lane.namespaces() == 0);
    }
  }

  @Test
  void oneNamespaceHasNoMoreThanItsShareOfTheThreads() throws Exception {
    try (ReadLane lane = lane(2, 1);
        Gate _ = open::countDown) {
      Future<?> first = block(lane, 1);
      Future<?> second = note(lane, 1, "second");
      note(lane, 2, "other").get();
      assertThat(order).containsExactly("other");
      Await.until(() -> lane.namespaces() == 1);
      open.countDown();
      first.get();
      second.get();
    }
  }

  @Test
  void aFullShareOfTheQueueIsOverloadForItsNamespaceOnly() throws Exception {
    try (ReadLane lane = lane(1, 1);
        Gate _ = open::countDown) {
      Future<?> first = block(lane, 1);
      List<Future<?>> asked = new ArrayList<>();
      for (int i = 0; i < ReadLane.NAMESPACE_QUEUE_MAX; i++) {
        asked.add(note(lane, 1, "waits"));
      }
      Await.until(() -> lane.waiting() == ReadLane.NAMESPACE_QUEUE_MAX);
      assertCode(ErrorCode.OVERLOADED, note(lane, 1, "too many"));
      for (int namespace = 2; namespace < 2 + 3 * 1_024; namespace++) {
        asked.add(note(lane, namespace, "waits"));
      }
      Await.until(() -> lane.waiting() == ReadLane.QUEUE_MAX);
      assertCode(ErrorCode.OVERLOADED, note(lane, 9_999, "too many in all"));
      open.countDown();
      first.get();
      for (Future<?> one : asked) {
        one.get();
      }
      assertThat(order).hasSize(ReadLane.QUEUE_MAX).containsOnly("waits");
    }
  }

  @Test
  void aReadThatTakesTooLongIsInterruptedAndTheNextOneWorks() throws Exception {
    try (ReadLane lane = lane(1, 1);
        Gate _ = open::countDown) {
      CountDownLatch begun = new CountDownLatch(1);
      Future<?> endless =
          callers.submit(() ->
              lane.read(
                  1,
                  tables -> {
                    begun.countDown();
                    return tables.statements.get(ENDLESS).executeQuery();
                  }));
      begun.await();
      Future<?> behind = note(lane, 1, "behind");
      Await.until(() -> lane.waiting() == 1);
      time.advanceMs(TIMEOUT_MS + 1);
      assertCode(ErrorCode.OVERLOADED, endless);
      assertCode(ErrorCode.OVERLOADED, behind);
      note(lane, 1, "next").get();
      assertThat(order).containsExactly("next");
    }
  }

  @Test
  void aReadThatHasWaitedExactlyItsTimeIsStillDone() throws Exception {
    try (ReadLane lane = lane(1, 1);
        Gate _ = open::countDown) {
      Future<?> first = block(lane, 1);
      Future<?> behind = note(lane, 1, "behind");
      Await.until(() -> lane.waiting() == 1);
      time.advanceMs(TIMEOUT_MS);
      open.countDown();
      first.get();
      behind.get();
      assertThat(order).containsExactly("behind");
    }
  }

  @Test
  void theServersOwnReadsAndCallersRowsWaitForNobodysLists() throws Exception {
    Path database = folder.database();
    try (Readers readers = new Readers(database, time.nanos(), Duration.ofMillis(TIMEOUT_MS));
        Gate _ = open::countDown) {
      CountDownLatch begun = new CountDownLatch(2);
      List<Future<?>> lists = new ArrayList<>();
      for (long namespace = 1; namespace <= 2; namespace++) {
        long id = namespace;
        lists.add(callers.submit(() -> readers.list(id, _ -> hold(begun))));
      }
      begun.await();
      lists.add(callers.submit(() -> readers.list(3, _ -> true)));
      RunPage row = readers.row(1, tables -> tables.runs.page(1, "", 1, 0));
      assertThat(row.total()).isZero();
      List<CallPage.Found> own = readers.own(tables -> tables.calls.lapsed(0, 1));
      assertThat(own).isEmpty();
      StoreCheck.Findings look =
          readers.alone(tables -> StoreCheck.run(tables.statements.connection()));
      assertThat(look.isSound()).isTrue();
      open.countDown();
      for (Future<?> list : lists) {
        list.get();
      }
    }
  }

  /// Opened before the lane is closed, which waits for the reads under way.
  @FunctionalInterface
  private interface Gate extends AutoCloseable {
    @Override
    void close();
  }

  private ReadLane lane(int threads, int namespaceThreads) {
    return new ReadLane(
        "test",
        new ReadConnection.Source(folder.database(), time.nanos()),
        new ReadLane.Bounds(threads, namespaceThreads, TIMEOUT_MS),
        new BoundedLog(System.getLogger("test"), time.nanos()));
  }

  /// A read that is under way until the test opens the gate.
  private Future<?> block(ReadLane lane, long namespaceId) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    Future<?> asked = callers.submit(() -> lane.read(namespaceId, _ -> hold(begun)));
    begun.await();
    return asked;
  }

  private boolean hold(CountDownLatch begun) throws SQLException {
    begun.countDown();
    try {
      open.await();
    } catch (InterruptedException e) {
      throw new SQLException(e);
    }
    return true;
  }

  private Future<?> note(ReadLane lane, long namespaceId, String name) {
    return callers.submit(() -> lane.read(namespaceId, _ -> order.add(name)));
  }

  private static void assertCode(ErrorCode code, Future<?> asked) throws InterruptedException {
    try {
      throw new AssertionError("answered: " + asked.get());
    } catch (ExecutionException e) {
      assertThat(e.getCause())
          .isInstanceOfSatisfying(
              Failure.class, failure -> assertThat(failure.code()).isEqualTo(code));
    }
  }
}
