package dev.onceonly.server.worker;

import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.run.RunQueries.OpenTask;
import dev.onceonly.core.service.Calls;
import dev.onceonly.core.service.KillSwitch;
import dev.onceonly.core.service.Patience;
import dev.onceonly.core.service.RunDocuments;
import dev.onceonly.core.service.RunQueue;
import dev.onceonly.core.service.RunWork;
import dev.onceonly.core.service.RunWork.ClaimResult;
import dev.onceonly.core.service.StopSignal;
import dev.onceonly.core.service.Store;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Runs the queued runs in the background: a bounded number at a time, namespaces in turns. Wakes
/// up when one is queued; looks into the store at start and now and then, for those that another
/// process has left. Keeps alive the leases of all runs that wait or run. Thread-safe.
public final class RunWorker implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RunWorker.class.getName());
  private static final long KEEP_EVERY_MS = 1_000;
  private static final long LOOK_EVERY_MS = 5_000;
  private static final int LOOKED_AT_MAX = 1_000;
  private static final long PARK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long END_LOOK_MS = 5;

  private final Store store;
  private final RunQueue queue;
  private final RunWork runs;
  private final Options options;
  private final WorkerFigures figures;
  private final StopSignal stop = new StopSignal();
  private final RunExecution.Parts parts;
  private final AtomicInteger running = new AtomicInteger();
  private final Thread scheduler;
  private final Thread keeper;
  private final Thread looker;

  /// Whether no operator has to resume first: once known, it stays so.
  private volatile boolean mayMove;

  /// What the worker works with.
  ///
  /// @param runs says whether this process is alone on the store
  /// @param planOf the plan of the namespace with that id
  public record Services(
      Store store,
      RunQueue queue,
      RunWork runs,
      Calls calls,
      RunDocuments documents,
      KillSwitch killSwitch,
      LongFunction<Plan> planOf) {}

  /// How it works.
  ///
  /// @param threads runs at a time
  /// @param alone whether no other process works on this store
  /// @param paused whether an operator has to resume first, after a restore; asked until it is not
  /// @param random strong random numbers, which claims are named by
  public record Options(int threads, boolean alone, BooleanSupplier paused, LongSupplier random) {}

  /// The queue listens to the store already.
  public RunWorker(Services services, Options options, PrometheusRegistry registry) {
    this.store = services.store;
    this.queue = services.queue;
    this.runs = services.runs;
    this.options = options;
    this.figures = new WorkerFigures(registry, queue);
    Patience patience = new Patience(stop);
    ActionCalls calls =
        new ActionCalls(services.calls, services.documents, services.planOf, patience);
    this.parts =
        new RunExecution.Parts(
            runs, calls, services.documents, services.killSwitch, patience, stop);
    this.scheduler = Thread.ofVirtual().name("run-scheduler").unstarted(this::schedule);
    this.keeper = Thread.ofVirtual().name("run-keeper").unstarted(this::keep);
    this.looker = Thread.ofVirtual().name("run-looker").unstarted(this::lookNowAndThen);
  }

  public void start() {
    queue.wake(() -> LockSupport.unpark(scheduler));
    scheduler.start();
    keeper.start();
    looker.start();
  }

  private void schedule() {
    while (!stop.isGiven()) {
      if (!mayMove) {
        mayMove = !isPaused();
      }
      RunQueue.Open next = !mayMove || running.get() >= options.threads ? null : queue.next();
      if (next == null) {
        LockSupport.parkNanos(this, PARK_NANOS);
      } else {
        running.incrementAndGet();
        Thread.ofVirtual().name("run-", next.task().queuedAtMs()).start(() -> runOne(next));
      }
    }
  }

  private boolean isPaused() {
    try {
      return options.paused.getAsBoolean();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "whether the store is paused could not be read", e);
      return true;
    }
  }

  private void runOne(RunQueue.Open open) {
    boolean again = true;
    try {
      RunExecution.Left left = claimAndRun(open);
      again = left == RunExecution.Left.RELEASED;
      if (left != null) {
        figures.ended(left, store.now().toEpochMilli() - open.task().queuedAtMs());
      }
    } catch (Patience.Stopped stopped) {
      LOG.log(Level.INFO, "run {0} is left to the next start", open.key());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "run " + open.key() + " was left, and will be started again", e);
      stop.await(KEEP_EVERY_MS);
    } finally {
      running.decrementAndGet();
      queue.ended(open, again);
    }
  }

  /// Null where it was not this worker's to run.
  private RunExecution.@Nullable Left claimAndRun(RunQueue.Open open) {
    long claim = options.random.getAsLong() | 1;
    ClaimResult result = parts.patience().ask(() -> runs.claim(open.key(), open.task(), claim));
    return switch (result) {
      case ClaimResult.Claimed(var work) -> new RunExecution(parts, work).run();
      case ClaimResult.Taken _, ClaimResult.Gone _ -> null;
    };
  }

  /// Looks at first for all that a former process has left, then now and then. On a thread of its
  /// own: a read that hangs keeps nobody from renewing.
  private void lookNowAndThen() {
    boolean looked = false;
    do {
      if (looked) {
        look(nowMs(), LOOKED_AT_MAX);
      } else {
        looked = look(options.alone ? Long.MAX_VALUE : nowMs(), Integer.MAX_VALUE);
      }
    } while (!stop.await(looked ? LOOK_EVERY_MS : KEEP_EVERY_MS));
  }

  /// Renews in time. Reads nothing but memory.
  private void keep() {
    do {
      renew();
    } while (!stop.await(KEEP_EVERY_MS));
  }

  private boolean look(long lapsedAtMs, int max) {
    try {
      for (OpenTask found : store.openTasks(lapsedAtMs, max)) {
        if (!queue.knows(found.key())) {
          LeaseKey lease = new LeaseKey(found.key().namespaceId(), found.key().key());
          queue.found(found.key(), found.row(), store.get(lease));
        }
      }
      return true;
    } catch (Failure failure) {
      LOG.log(Level.WARNING, "the queue of runs could not be read: {0}", failure.getMessage());
      return false;
    }
  }

  private void renew() {
    List<RunQueue.Open> due = mayMove ? queue.due(nowMs(), RunWork.CLAIM_MS / 2) : List.of();
    // At once, so that all of them may go in one transaction and none waits for another's refusal.
    List<Thread> renewals =
        RunWork.pieces(due).stream()
            .map(piece -> Thread.startVirtualThread(() -> renew(piece)))
            .toList();
    try {
      for (Thread renewal : renewals) {
        renewal.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void renew(List<RunQueue.Open> piece) {
    try {
      runs.keep(piece);
    } catch (Failure failure) {
      LOG.log(
          Level.WARNING,
          "{0} runs of namespace {1} could not be renewed: {2}",
          piece.size(),
          piece.getFirst().key().namespaceId(),
          failure.getMessage());
    }
  }

  private long nowMs() {
    return store.now().toEpochMilli();
  }

  /// Starts nothing more: no run, and no action of one.
  public void stop() {
    stop.give();
    LockSupport.unpark(scheduler);
  }

  /// Waits for the actions in flight, so long at most. Runs that were begun are released, and go on
  /// at the next start.
  public void awaitEnd(Duration grace) {
    long deadline = System.nanoTime() + grace.toNanos();
    while (running.get() > 0 && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(END_LOOK_MS));
    }
  }

  /// Stops without waiting for what is in flight.
  @Override
  public void close() {
    stop();
  }
}
