package dev.onceonly.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.lease.AcquireResult.Acquired;
import dev.onceonly.core.lease.FinishLease;
import dev.onceonly.core.lease.FinishLease.Outcome.Fail;
import dev.onceonly.core.lock.CheckResult.Locked;
import dev.onceonly.core.lock.LockRow;
import dev.onceonly.core.service.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Many callers at once: per key, one is told to go ahead. The number of rounds follows the system
/// property `onceonly.test.length`: `short` or `full`.
public abstract class StoreRaces implements StoreUnderTest {
  private static final boolean FULL =
      "full".equals(System.getProperty("onceonly.test.length", "short"));
  private static final int ROUNDS = FULL ? 1_000 : 50;
  private static final int CALLERS = 64;
  private static final int COUNTING_THREADS = 8;
  private static final int COUNTED_KEYS = 4;
  private static final int COUNTS_PER_THREAD = FULL ? 1_000 : 100;
  private static final long TTL_MS = 10_000;

  private final ManualTime time = new ManualTime(Instant.parse("2026-11-05T10:00:00Z"));
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final CyclicBarrier allAtOnce = new CyclicBarrier(CALLERS);
  private @Nullable Store open;

  /// Opens a store, started, on this time.
  protected abstract Store open(ManualTime time);

  /// Closes the store and whatever was opened with it.
  protected void close(Store store) {
    store.close();
  }

  @BeforeEach
  void openStore() {
    open = open(time);
  }

  @AfterEach
  void closeStore() {
    callers.close();
    close(store());
  }

  @Override
  public Store store() {
    Store store = open;
    if (store == null) {
      throw new IllegalStateException("no store is open");
    }
    return store;
  }

  @Override
  public ManualTime time() {
    return time;
  }

  /// A race is run in one piece.
  @Override
  public void restart() {}

  @Test
  void ofManyCallersForOneLockOneWins() throws Exception {
    int winners = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Ask ask = Ask.of("race-" + round);
      int won = winners(() -> check(ask) instanceof Locked);
      assertThat(won).as("winners of round %d", round).isEqualTo(1);
      winners += won;
    }
    report("lock races", winners);
  }

  @Test
  void ofManyCallersForOneLeaseOneWins() throws Exception {
    int winners = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Ask ask = Ask.of("race-" + round);
      int won = winners(() -> acquire(ask) instanceof Acquired);
      assertThat(won).as("winners of round %d", round).isEqualTo(1);
      winners += won;
    }
    report("lease races", winners);
  }

  @Test
  void whenALockExpiresOneOfManyCallersWins() throws Exception {
    Ask ask = Ask.of("race").ttlMs(TTL_MS);
    LockRow former = lock(ask);
    for (int round = 0; round < ROUNDS; round++) {
      int won = expiryRace(() -> check(ask) instanceof Locked);
      LockRow owner = stored(ask);
      assertThat(won).as("winners of round %d", round).isEqualTo(1);
      assertThat(owner.grant().fence()).isGreaterThan(former.grant().fence());
      former = owner;
    }
    report("races for an expiring lock", ROUNDS);
  }

  @Test
  void whenALeaseExpiresOneOfManyCallersWins() throws Exception {
    Ask ask = Ask.of("race").ttlMs(TTL_MS);
    own(ask);
    for (int round = 0; round < ROUNDS; round++) {
      int won = expiryRace(() -> acquire(ask) instanceof Acquired);
      long version = round + 2L;
      assertThat(won).as("winners of round %d", round).isEqualTo(1);
      assertThat(leases().status(ask.leaseKey()).row())
          .isNotNull()
          .matches(owner -> owner.version() == version, "one version more");
    }
    report("races for an expiring lease", ROUNDS);
  }

  @Test
  void aCounterBehindALockLosesNothing() throws Exception {
    long[] counters = new long[COUNTED_KEYS];
    int entered =
        enterAll(number -> {
          Ask ask = Ask.of("counter-" + number);
          if (!(check(ask) instanceof Locked(var row))) {
            return false;
          }
          addSlowly(counters, number);
          locks().release(LockReleaseCases.byLockId(ask.key(), StoreUnderTest.lockId(row)));
          return true;
        });
    assertThat(sum(counters)).isEqualTo(entered);
    System.out.printf(
        Locale.ROOT, "%,d entries behind locks: counted %,d%n", entered, sum(counters));
  }

  @Test
  void aCounterBehindALeaseLosesNothing() throws Exception {
    long[] counters = new long[COUNTED_KEYS];
    int entered =
        enterAll(number -> {
          Ask ask = Ask.of("counter-" + number);
          if (!(acquire(ask.retryFailed()) instanceof Acquired(var row))) {
            return false;
          }
          addSlowly(counters, number);
          leases()
              .finish(
                  new FinishLease(
                      ask.leaseKey(),
                      StoreUnderTest.leaseId(row),
                      new Fail("again", null),
                      ask.claimant()));
          return true;
        });
    assertThat(sum(counters)).isEqualTo(entered);
    System.out.printf(
        Locale.ROOT, "%,d entries behind leases: counted %,d%n", entered, sum(counters));
  }

  /// How many of the callers, let go at once, were told to go ahead.
  private int winners(Callable<Boolean> call) throws Exception {
    List<Future<Boolean>> asked = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      asked.add(
          callers.submit(() -> {
            meet(allAtOnce);
            return call.call();
          }));
    }
    return count(asked);
  }

  /// One of the callers moves the time over the expiry before it asks; who asks before that may
  /// find the key held.
  private int expiryRace(Callable<Boolean> call) throws Exception {
    time.advanceMs(TTL_MS - 1);
    int mover = ThreadLocalRandom.current().nextInt(CALLERS);
    List<Future<Boolean>> asked = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      boolean moves = i == mover;
      asked.add(
          callers.submit(() -> {
            meet(allAtOnce);
            if (moves) {
              time.advanceMs(1);
            }
            return call.call();
          }));
    }
    return count(asked);
  }

  /// Goes in for one key; false if another was there.
  private interface Entry {
    boolean enter(int number);
  }

  /// Each thread enters its keys in turn until it has been let in often enough.
  private int enterAll(Entry entry) throws Exception {
    List<Future<Integer>> threads = new ArrayList<>();
    for (int thread = 0; thread < COUNTING_THREADS; thread++) {
      int first = thread;
      threads.add(
          callers.submit(() -> {
            int entered = 0;
            for (int turn = first; entered < COUNTS_PER_THREAD; turn++) {
              entered += entry.enter(turn % COUNTED_KEYS) ? 1 : 0;
            }
            return entered;
          }));
    }
    int entered = 0;
    for (Future<Integer> thread : threads) {
      entered += thread.get();
    }
    return entered;
  }

  /// Neither atomic nor volatile: only a right lock keeps it right.
  @SuppressWarnings("ThreadPriorityCheck") // To tempt the scheduler is the purpose.
  private static void addSlowly(long[] counters, int number) {
    long seen = counters[number];
    Thread.yield();
    counters[number] = seen + 1;
  }

  private static long sum(long[] counters) {
    long sum = 0;
    for (long counter : counters) {
      sum += counter;
    }
    return sum;
  }

  private static int count(List<Future<Boolean>> asked)
      throws ExecutionException, InterruptedException {
    int won = 0;
    for (Future<Boolean> caller : asked) {
      won += caller.get() ? 1 : 0;
    }
    return won;
  }

  private static void meet(CyclicBarrier barrier)
      throws InterruptedException, BrokenBarrierException {
    barrier.await();
  }

  private static void report(String what, int winners) {
    System.out.printf(
        Locale.ROOT, "%,d %s of %d callers: %,d winners%n", ROUNDS, what, CALLERS, winners);
  }
}
