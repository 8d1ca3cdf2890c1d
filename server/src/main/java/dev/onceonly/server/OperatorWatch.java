package dev.onceonly.server;

import dev.onceonly.core.govern.CallId;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.CommitListener;
import dev.onceonly.core.step.Fact;
import dev.onceonly.http.observe.EventLog;
import dev.onceonly.http.observe.LogFields;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Tells the operator in the log of calls that ended `unknown`, and of changes that nobody asks
/// for: storage that is low and is not any more, a restore's pause and its end. Writes on a thread
/// of its own, so that a log that takes its time delays no commit. Thread-safe.
final class OperatorWatch implements CommitListener, AutoCloseable {
  /// Of calls that wait to be written about; those beyond are counted.
  private static final int WAITING_MAX = 1_000;

  /// Ids that the last line about a stop names.
  private static final int NAMED_MAX = 100;

  private static final long LOOK_MS = 1_000;
  private static final Logger LOGGER = Logger.getLogger(OperatorWatch.class.getName());

  private final EventLog log = new EventLog(LOGGER, System::nanoTime);
  private final BlockingQueue<Ended> ended = new ArrayBlockingQueue<>(WAITING_MAX);
  private final LongAdder missed = new LongAdder();
  private final State state;
  private final LongFunction<String> namespaces;
  private final List<String> atStop = new ArrayList<>();
  private final Thread thread;
  private volatile boolean stopping;
  private volatile boolean closed;

  // Used by the thread only.
  private boolean low;
  private boolean paused;

  /// What is looked at now and then.
  ///
  /// @param certificate looks after itself, and says by itself what it has seen
  record State(BooleanSupplier storageLow, BooleanSupplier paused, Runnable certificate) {}

  private record Ended(CallKey key, CallRow row) {}

  /// Remembers what is committed, and writes nothing before [#start()].
  ///
  /// @param namespaces the name of the one with that id
  OperatorWatch(State state, LongFunction<String> namespaces) {
    this.state = state;
    this.namespaces = namespaces;
    this.thread = Thread.ofVirtual().name("operator-watch").unstarted(this::run);
  }

  /// Looks and writes from now on.
  void start() {
    thread.start();
  }

  @Override
  public void committed(List<Change<?>> changes, List<Fact> facts) {
    for (Change<?> change : changes) {
      if (change.key() instanceof CallKey key
          && change.row() instanceof CallRow row
          && row.state() == CallState.UNKNOWN) {
        note(new Ended(key, row));
      }
    }
  }

  private void note(Ended call) {
    if (stopping) {
      synchronized (atStop) {
        if (atStop.size() < NAMED_MAX) {
          atStop.add(CallId.of(call.key.number()));
        }
      }
    }
    if (!ended.offer(call)) {
      missed.increment();
    }
  }

  /// From now on what ends `unknown` is remembered for [#unknownAtStop()].
  void stopping() {
    stopping = true;
  }

  /// The ids of the calls that ended `unknown` while the server stopped, 100 at most.
  List<String> unknownAtStop() {
    synchronized (atStop) {
      return List.copyOf(atStop);
    }
  }

  private void run() {
    long lookedNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(LOOK_MS);
    while (!closed) {
      if (System.nanoTime() - lookedNanos >= TimeUnit.MILLISECONDS.toNanos(LOOK_MS)) {
        lookedNanos = System.nanoTime();
        guarded(this::look);
      }
      try {
        Ended call = ended.poll(LOOK_MS, TimeUnit.MILLISECONDS);
        guarded(() -> write(call));
      } catch (InterruptedException e) {
        break;
      }
    }
    for (Ended call = ended.poll(); call != null; call = ended.poll()) {
      Ended last = call;
      guarded(() -> write(last));
    }
  }

  /// What fails in one round must not end those after it.
  private void guarded(Runnable round) {
    try {
      round.run();
    } catch (RuntimeException e) {
      log.write(
          Level.SEVERE,
          "watch_failed",
          LogFields.event("watch_failed"),
          "what the operator is told of could not be looked at: " + e,
          e);
    }
  }

  private void write(@Nullable Ended call) {
    if (call == null) {
      return;
    }
    CallRow row = call.row;
    LogFields fields =
        LogFields.event("call_unknown")
            .and("call_id", CallId.of(call.key.number()))
            .and("tool", row.asked().tool())
            .and("agent", row.asked().agentId())
            .and("namespace", namespaces.apply(call.key.namespaceId()))
            .and("missed", missed.sumThenReset());
    String message = row.ending().message();
    log.write(
        Level.WARNING,
        "call_unknown",
        fields,
        "nobody knows whether the tool has acted: " + (message == null ? "" : message));
  }

  private void look() {
    state.certificate.run();
    boolean lowNow = state.storageLow.getAsBoolean();
    if (lowNow != low) {
      low = lowNow;
      if (lowNow) {
        LogFields.event("storage_low")
            .log(LOGGER, Level.WARNING, "free space is below storage_low_bytes: make room");
      } else {
        LogFields.event("storage_enough")
            .log(LOGGER, Level.INFO, "free space is above storage_low_bytes again");
      }
    }
    boolean pausedNow = state.paused.getAsBoolean();
    if (pausedNow != paused) {
      paused = pausedNow;
      if (pausedNow) {
        LogFields.event("restore_paused").log(LOGGER, Level.WARNING, Notices.PAUSED);
      } else {
        LogFields.event("restore_resumed").log(LOGGER, Level.INFO, "the restore's pause has ended");
      }
    }
  }

  /// Writes what is left, and ends.
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(LOOK_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
