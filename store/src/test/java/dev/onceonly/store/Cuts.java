package dev.onceonly.store;

import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Faults on purpose between the lane and its database, and a gate in front of a transaction behind
/// which a batch gathers. Thread-safe.
public final class Cuts {
  private final Map<Point, ArrayDeque<Supplier<@Nullable RuntimeException>>> planned =
      new EnumMap<>(Point.class);
  private final AtomicInteger commits = new AtomicInteger();
  private volatile Predicate<Change<?>> refused = _ -> false;
  private volatile @Nullable Gate gate;
  private volatile boolean room = true;

  /// Where a fault strikes.
  public enum Point {
    BEGIN,
    LOAD,
    /// Before the transaction is committed.
    BEFORE_COMMIT,
    /// After the transaction is durable, before the lane is told.
    AFTER_COMMIT,
    HOUSEKEEPING,
    /// After the session was closed.
    CLOSE
  }

  private record Gate(Point point, CountDownLatch reached, CountDownLatch open) {}

  /// The session that the lane gets.
  public BatchSession around(BatchSession real) {
    return new CutSession(real);
  }

  /// Transactions committed for steps.
  public int commits() {
    return commits.get();
  }

  /// Lets the point be passed so many times, then strikes once.
  public void plan(Point point, int passes, RuntimeException fault) {
    synchronized (planned) {
      ArrayDeque<Supplier<@Nullable RuntimeException>> plan =
          planned.computeIfAbsent(point, _ -> new ArrayDeque<>());
      for (int i = 0; i < passes; i++) {
        plan.addLast(() -> null);
      }
      plan.addLast(() -> fault);
    }
  }

  /// How many passes and faults are still planned at a point.
  public int left(Point point) {
    synchronized (planned) {
      ArrayDeque<Supplier<@Nullable RuntimeException>> plan = planned.get(point);
      return plan == null ? 0 : plan.size();
    }
  }

  public void plan(Point point, SessionException.Meaning meaning) {
    plan(point, 0, fault(meaning));
  }

  /// From now on the database refuses to save these.
  public void refuse(Predicate<Change<?>> changes) {
    refused = changes;
  }

  public static SessionException fault(SessionException.Meaning meaning) {
    return new SessionException(meaning, "cut: " + meaning, new IllegalStateException("a test"));
  }

  /// The next transaction waits at its beginning, until it is let go.
  public void hold() {
    hold(Point.BEGIN);
  }

  /// What comes to the point next waits there, until it is let go.
  public void hold(Point point) {
    gate = new Gate(point, new CountDownLatch(1), new CountDownLatch(1));
  }

  /// Whether the disk looks as if it had room.
  public void setRoom(boolean hasRoom) {
    room = hasRoom;
  }

  /// Returns once a transaction waits.
  public void awaitHeld() throws InterruptedException {
    Gate held = gate;
    if (held != null) {
      held.reached.await();
    }
  }

  public void letGo() {
    Gate held = gate;
    gate = null;
    if (held != null) {
      held.open.countDown();
    }
  }

  private void pass(Point point) {
    passGate(point);
    Supplier<@Nullable RuntimeException> next;
    synchronized (planned) {
      ArrayDeque<Supplier<@Nullable RuntimeException>> plan = planned.get(point);
      next = plan == null ? null : plan.pollFirst();
    }
    RuntimeException fault = next == null ? null : next.get();
    if (fault != null) {
      throw fault;
    }
  }

  private void passGate(Point point) {
    Gate held = gate;
    if (held != null && held.point == point) {
      held.reached.countDown();
      try {
        held.open.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private final class CutSession implements BatchSession {
    private final BatchSession real;

    CutSession(BatchSession real) {
      this.real = real;
    }

    @Override
    public void begin() {
      pass(Point.BEGIN);
      real.begin();
    }

    @Override
    public <T> @Nullable T load(RowKey<T> key) {
      pass(Point.LOAD);
      return real.load(key);
    }

    @Override
    public void save(Change<?> change) {
      if (refused.test(change)) {
        throw fault(SessionException.Meaning.STATEMENT_REFUSED);
      }
      real.save(change);
    }

    @Override
    public void commit(Instant now) {
      pass(Point.BEFORE_COMMIT);
      real.commit(now);
      commits.incrementAndGet();
      pass(Point.AFTER_COMMIT);
    }

    @Override
    public boolean hasRoom() {
      return room;
    }

    @Override
    public void rollback() {
      real.rollback();
    }

    @Override
    public void keepHouse(boolean idle) {
      pass(Point.HOUSEKEEPING);
      real.keepHouse(idle);
    }

    @Override
    public void close(boolean sound) {
      real.close(sound);
      pass(Point.CLOSE);
    }
  }
}
