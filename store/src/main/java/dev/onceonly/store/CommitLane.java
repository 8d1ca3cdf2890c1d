package dev.onceonly.store;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.service.Notice;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.CommitListener;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Fact;
import dev.onceonly.core.step.Lane;
import dev.onceonly.core.step.Step;
import dev.onceonly.core.step.StoreClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Runs the steps of concurrent callers in batches: load, decide, save in ONE transaction, and
/// answers every caller only after its flush (group commit). A batch is whatever arrived while the
/// last one was committing. Thread-safe; one platform thread does the work, because a native call
/// would pin a virtual thread's carrier.
public final class CommitLane implements Lane, AutoCloseable {
  private static final Logger LOG = System.getLogger(CommitLane.class.getName());
  private static final long IDLE_WAIT_MS = 50;

  private final BatchSession session;
  private final StoreClock clock;
  private final LongSupplier nanos;
  private final LaneLimits limits;
  private final FairQueue queue;
  private final BoundedLog faults;
  private final Thread thread;
  private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
  private volatile LaneListener figures = LaneListener.NONE;
  private final WriteHealth health;
  private volatile @Nullable RuntimeException closeFault;

  /// @param nanos a monotonic clock, for figures and for what is logged a minute
  public CommitLane(BatchSession session, StoreClock clock, LongSupplier nanos, LaneLimits limits) {
    this.session = session;
    this.clock = clock;
    this.nanos = nanos;
    this.limits = limits;
    this.queue = new FairQueue(limits);
    this.faults = new BoundedLog(LOG, nanos);
    this.health = new WriteHealth(nanos, limits.flushSlow());
    this.thread = Thread.ofPlatform().name("commit-lane").unstarted(this::loop);
  }

  /// Told of batches committed from now on.
  public void listen(CommitListener listener) {
    listeners.add(listener);
  }

  public void report(LaneListener listener) {
    figures = listener;
  }

  public void start() {
    health.start();
    thread.start();
  }

  /// Why writes do not reach the disk in time, or null when all is well. Answers from memory, also
  /// while the lane hangs in the disk.
  public @Nullable Notice troubles() {
    return health.troubles();
  }

  /// No more steps after this: called for a fault seen outside the lane, such as a checkpoint's
  /// flush.
  public void stop(String reason) {
    if (health.end(reason)) {
      LOG.log(Level.ERROR, "the store takes no more writes until it is restarted: {0}", reason);
    }
  }

  /// What waits, by its weight.
  public int depth() {
    return queue.depth();
  }

  @Override
  public <R> R run(Step<R> step) {
    if (health.broken() != null) {
      throw unavailable();
    }
    Pending<R> pending = new Pending<>(step);
    return switch (queue.offer(pending)) {
      case TAKEN -> pending.await();
      case FULL -> throw Failure.overloaded("the queue is full");
      case SHARE_FULL -> throw Failure.overloaded("the namespace's share of the queue is full");
      case CLOSED -> throw unavailable();
    };
  }

  /// Takes no more steps, finishes those in the queue, and closes the session. A step with free
  /// passage is still taken while the others are finished.
  ///
  /// @throws SessionException where the session could not be closed in order; said once
  @Override
  public void close() {
    queue.close();
    if (thread.getState() == Thread.State.NEW) {
      session.close(true);
      return;
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    RuntimeException fault = closeFault;
    closeFault = null;
    if (fault != null) {
      throw fault;
    }
  }

  private void loop() {
    try {
      while (!queue.hasEnded()) {
        round(queue.take(limits.batchMax(), IDLE_WAIT_MS));
      }
    } finally {
      closeSession();
      health.close();
    }
  }

  /// What goes wrong is told to whoever closes the lane, on that thread.
  private void closeSession() {
    try {
      session.close(health.broken() == null);
    } catch (SessionException e) {
      closeFault =
          new SessionException(
              e.meaning(),
              e.getMessage() + "; what was answered is on disk, and the next start goes on from it",
              e);
    } catch (RuntimeException e) {
      closeFault = e;
    }
  }

  /// One batch and the housekeeping behind it. Whatever goes wrong in a way that nobody thought of
  /// ends the writing, but leaves no caller waiting.
  private void round(List<Pending<?>> batch) {
    try {
      if (!batch.isEmpty()) {
        runAll(batch);
      }
      if (health.broken() == null && !queue.isClosed()) {
        keepHouse(batch.isEmpty());
        if (health.wantsProbe()) {
          probe();
        }
      }
    } catch (RuntimeException | Error e) {
      stop("the lane failed: " + e);
      fail(unsettled(batch), ErrorCode.UNKNOWN_OUTCOME, "the lane failed", e);
    }
  }

  private static List<Pending<?>> unsettled(List<Pending<?>> batch) {
    return batch.stream().filter(pending -> !pending.isSettled()).toList();
  }

  private void runAll(List<Pending<?>> batch) {
    if (runBatch(batch)) {
      return;
    }
    // A step spoils nobody else's: each one alone.
    for (Pending<?> pending : batch) {
      if (!pending.isSettled()) {
        runBatch(List.of(pending));
      }
    }
  }

  /// Runs one transaction; false if the batch has to be run step by step. Otherwise no caller is
  /// left without an answer, whatever happens.
  private boolean runBatch(List<Pending<?>> batch) {
    if (health.broken() != null) {
      batch.forEach(pending -> pending.fail(unavailable()));
      return true;
    }
    List<Fact> facts = new ArrayList<>();
    BatchRows rows = new BatchRows(session);
    health.began();
    try {
      session.begin();
      Instant now = clock.now();
      for (Pending<?> pending : batch) {
        decide(pending, rows, now, facts);
      }
      commit(rows, now, batch.size());
    } catch (RuntimeException e) {
      session.rollback();
      SessionException.Meaning meaning = meaning(e);
      health.failed(meaning);
      return failAll(unsettled(batch), e, meaning);
    }
    health.ended();
    tell(rows.changes(), facts);
    batch.forEach(this::answer);
    return true;
  }

  /// Decides one step. One that throws changes nothing, and is told so when the rows that it looked
  /// at are on disk.
  private static void decide(Pending<?> pending, BatchRows rows, Instant now, List<Fact> facts) {
    pending.step().reads(now).forEach(rows::load);
    Decided<?> decided = pending.decide(rows, now);
    if (decided != null) {
      decided.changes().forEach(rows::apply);
      facts.addAll(decided.facts());
    }
  }

  private void commit(BatchRows rows, Instant now, int steps) {
    if (rows.changes().isEmpty()) {
      session.rollback();
      return;
    }
    rows.save();
    long start = nanos.getAsLong();
    session.commit(now);
    report(steps, nanos.getAsLong() - start);
  }

  /// The batch is on disk: no figure may make it look as if it were not.
  private void report(int steps, long commitNanos) {
    try {
      figures.committed(steps, commitNanos);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a lane listener threw", e);
    }
  }

  private static SessionException.Meaning meaning(RuntimeException fault) {
    return fault instanceof SessionException session
        ? session.meaning()
        : SessionException.Meaning.STATEMENT_REFUSED;
  }

  /// Whether every caller has been answered; false if the steps are to be run one by one.
  private boolean failAll(
      List<Pending<?>> unsettled, RuntimeException fault, SessionException.Meaning meaning) {
    switch (meaning) {
      case STATEMENT_REFUSED -> {
        if (unsettled.size() > 1) {
          return false;
        }
        fail(unsettled, ErrorCode.INTERNAL, "a step could not be saved", fault);
      }
      // Not 503: a published client goes ahead on it, and the server is well.
      case BUSY -> fail(unsettled, ErrorCode.OVERLOADED, "the database is locked", fault);
      case NO_SPACE -> fail(unsettled, ErrorCode.STORAGE_UNAVAILABLE, "no space is left", fault);
      case NO_SPACE_AFTER_FLUSH ->
          fail(unsettled, ErrorCode.UNKNOWN_OUTCOME, "no space is left after the flush", fault);
      case BROKEN -> {
        stop(String.valueOf(fault.getMessage()));
        fail(unsettled, ErrorCode.STORAGE_UNAVAILABLE, "the storage is broken", fault);
      }
      case OUTCOME_UNKNOWN -> {
        stop(String.valueOf(fault.getMessage()));
        fail(unsettled, ErrorCode.UNKNOWN_OUTCOME, "the flush's outcome is unknown", fault);
      }
    }
    return true;
  }

  /// No answer of this kind leaves without its cause in the log.
  private void fail(List<Pending<?>> unsettled, ErrorCode code, String why, Throwable cause) {
    faults.write(
        code == ErrorCode.OVERLOADED ? Level.WARNING : Level.ERROR,
        unsettled.size() + " steps were not done: " + why,
        cause);
    unsettled.forEach(pending -> pending.fail(new Failure(code, why, Map.of(), 1)));
  }

  private void tell(List<Change<?>> changes, List<Fact> facts) {
    for (CommitListener listener : listeners) {
      try {
        listener.committed(changes, facts);
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "a commit listener threw", e);
      }
    }
  }

  private <R> void answer(Pending<R> pending) {
    Decided<R> decided = pending.decided();
    if (decided == null) {
      pending.refuse();
      return;
    }
    Instant validUntil = decided.validUntil();
    if (validUntil == null) {
      pending.answer(decided.answer());
      return;
    }
    Instant now = clock.now();
    if (now.isBefore(validUntil)) {
      pending.answer(decided.answer());
      return;
    }
    try {
      pending.answer(pending.step().outlived(decided.answer(), now));
    } catch (RuntimeException e) {
      pending.fail(e);
    }
  }

  private void keepHouse(boolean idle) {
    health.began();
    try {
      session.keepHouse(idle);
      health.ended();
    } catch (SessionException e) {
      health.failed(e.meaning());
      switch (e.meaning()) {
        case BROKEN, OUTCOME_UNKNOWN -> stop(String.valueOf(e.getMessage()));
        case BUSY, NO_SPACE, NO_SPACE_AFTER_FLUSH, STATEMENT_REFUSED ->
            faults.write(Level.WARNING, "housekeeping was put off", e);
      }
    } catch (RuntimeException e) {
      health.ended();
      faults.write(Level.ERROR, "housekeeping was put off", e);
    }
  }

  /// A write of the lane's own, which shows whether what was wrong is over.
  private void probe() {
    health.began();
    try {
      session.begin();
      session.commit(clock.now());
      if (health.wasFull() && !session.hasRoom()) {
        health.probeFailed(SessionException.Meaning.NO_SPACE);
      } else {
        health.probed();
      }
    } catch (RuntimeException e) {
      session.rollback();
      SessionException.Meaning meaning = meaning(e);
      health.probeFailed(meaning);
      switch (meaning) {
        case BROKEN, OUTCOME_UNKNOWN -> stop(String.valueOf(e.getMessage()));
        case STATEMENT_REFUSED -> faults.write(Level.ERROR, "a probe was not written", e);
        case BUSY, NO_SPACE, NO_SPACE_AFTER_FLUSH -> {}
      }
    }
  }

  private Failure unavailable() {
    Notice reason = health.broken();
    if (reason == null) {
      faults.write(Level.INFO, "a step was refused: the store is closing", null);
      return new Failure(ErrorCode.STORAGE_UNAVAILABLE, "the store is closing");
    }
    faults.write(Level.ERROR, "a step was refused, as before: " + reason.message(), null);
    return new Failure(ErrorCode.STORAGE_UNAVAILABLE, "the storage is broken");
  }
}
