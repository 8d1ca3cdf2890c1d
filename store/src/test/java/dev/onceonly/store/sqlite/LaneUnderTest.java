package dev.onceonly.store.sqlite;

import dev.onceonly.core.step.Step;
import dev.onceonly.store.Cuts;
import dev.onceonly.store.LaneLimits;
import dev.onceonly.testkit.Await;
import dev.onceonly.testkit.FreeStep;
import dev.onceonly.testkit.ManualTime;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A store on real files with faults in front of it, and the callers of one batch.
final class LaneUnderTest implements AutoCloseable {
  final ManualTime time = new ManualTime(Instant.parse("2026-11-05T10:00:00Z"));
  final Cuts cuts = new Cuts();
  private final StoreFolder folder;
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private SqliteStore store;

  LaneUnderTest(Path path, LaneLimits limits) {
    folder = new StoreFolder(path, time);
    store = folder.open(SqliteSettings.DEFAULT.withLane(limits), cuts::around);
  }

  SqliteStore store() {
    return store;
  }

  /// The same files, without the faults.
  SqliteStore reopen() {
    folder.close();
    store = folder.open();
    return store;
  }

  <R> Future<R> submit(Step<R> step) {
    return callers.submit(() -> store.run(step));
  }

  /// Holds the lane at the beginning of a transaction of its own; what is submitted after this
  /// makes up the next batches.
  Future<Long> holdLane() throws InterruptedException {
    cuts.hold();
    Future<Long> first = submit(FreeStep.countingIn(99, "holds the lane"));
    cuts.awaitHeld();
    return first;
  }

  /// Submits steps in their order, which is the order in which the lane takes them.
  <R> List<Future<R>> queue(List<? extends Step<R>> steps) {
    List<Future<R>> asked = new ArrayList<>();
    for (Step<R> step : steps) {
      int before = store.queueDepth();
      asked.add(submit(step));
      awaitDepth(before + Math.max(1, step.weight()));
    }
    return asked;
  }

  private void awaitDepth(int depth) {
    Await.until(() -> store.queueDepth() >= depth);
  }

  /// The failure of a call, or null if it was answered.
  static RuntimeException failure(Future<?> asked) throws InterruptedException {
    try {
      throw new AssertionError("answered: " + asked.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        return failure;
      }
      throw new AssertionError(e.getCause());
    }
  }

  @Override
  public void close() {
    cuts.letGo();
    folder.close();
    callers.close();
  }
}
