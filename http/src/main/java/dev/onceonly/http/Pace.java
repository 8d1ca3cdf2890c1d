package dev.onceonly.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/// What a connection is doing, and until when it may take. Its own thread moves it on; the [Reaper]
/// may end it. Each move is one compare-and-set, so a request is either handled or given up, and
/// nobody whose request goes ahead is told that it came too late.
final class Pace {
  /// One period of a connection's life.
  enum Doing {
    /// Waits for a request's first byte.
    IDLE,
    HEADERS,
    /// Takes its time: handlers have their own bounds.
    HANDLING,
    BODY,
    /// Sends an answer, or throws away what is left of a refused request.
    ANSWER,
    ENDED
  }

  private record Period(Doing doing, long dueNanos) {}

  /// What a peer gets to bring a whole request when the server stops. One that talks all the time
  /// needs a fraction of it; the connection of one that does not can be closed under nothing.
  private static final Duration LAST_REQUEST = Duration.ofMillis(500);

  /// What the farewell of a connection that was ended gets to reach its peer, and the peer to say
  /// that it has it; then the connection is closed whatever they do.
  private static final Duration FAREWELL = Duration.ofSeconds(1);

  private final HttpSettings.Timeouts timeouts;
  private final LongSupplier nanoTime;
  private final AtomicReference<Period> period;
  private volatile boolean hurried;

  // The peer's share of the time that an answer takes. Changed by the connection's thread only.
  private Duration answerTaken = Duration.ZERO;

  /// Starts with a request's headers: a new connection that says nothing is as bad as a slow one.
  Pace(HttpSettings.Timeouts timeouts, LongSupplier nanoTime) {
    this.timeouts = timeouts;
    this.nanoTime = nanoTime;
    this.period = new AtomicReference<>(starting(Doing.HEADERS, timeouts.headers()));
  }

  /// Bytes came. Only a new request's first ones start a new period.
  void bytesCame() {
    if (isIdle()) {
      move(starting(Doing.HEADERS, timeouts.headers()));
    }
  }

  void handlingStarts() {
    move(new Period(Doing.HANDLING, 0));
  }

  void bodyStarts() {
    move(starting(Doing.BODY, timeouts.body()));
  }

  void bodyEnded() {
    move(new Period(Doing.HANDLING, 0));
  }

  void answerStarts() {
    answerTaken = Duration.ZERO;
    answerGoesOn();
  }

  /// The peer is waited for again, with what is left of its time.
  void answerGoesOn() {
    move(starting(Doing.ANSWER, timeouts.answer().minus(answerTaken)));
  }

  /// The next piece of the answer is read, and the peer not waited for.
  void answerPauses() {
    long leftNanos = current().dueNanos - nanoTime.getAsLong();
    answerTaken = timeouts.answer().minusNanos(leftNanos);
    move(new Period(Doing.HANDLING, 0));
  }

  void idleStarts() {
    move(starting(Doing.IDLE, timeouts.idle()));
  }

  void lingers(Duration duration) {
    move(starting(Doing.ANSWER, duration));
  }

  /// From now on there is little time to wait for a request. Thread-safe.
  void hurry() {
    hurried = true;
    shorten();
  }

  private void shorten() {
    Period soon = starting(Doing.IDLE, LAST_REQUEST);
    Period now = current();
    while ((now.doing == Doing.IDLE || now.doing == Doing.HEADERS)
        && now.dueNanos - soon.dueNanos > 0
        && !period.compareAndSet(now, new Period(now.doing, soon.dueNanos))) {
      now = current();
    }
  }

  boolean isIdle() {
    return current().doing == Doing.IDLE;
  }

  /// Whether somebody else has ended the connection, and closes it.
  boolean isEnded() {
    return current().doing == Doing.ENDED;
  }

  boolean isReadingHeaders() {
    return current().doing == Doing.HEADERS;
  }

  /// Ends a connection that waits for its peer.
  ///
  /// @return what it was doing, or `HANDLING` where it goes on, because it is being handled or has
  ///   ended already
  Doing endToMakeRoom() {
    Period now = current();
    boolean waits = now.doing != Doing.HANDLING && now.doing != Doing.ENDED;
    boolean ended = waits && period.compareAndSet(now, starting(Doing.ENDED, FAREWELL));
    return ended ? now.doing : Doing.HANDLING;
  }

  /// Ends a connection that has taken too long.
  ///
  /// @return what it was doing, or `HANDLING` where it is not overdue
  Doing endIfOverdue(long nowNanos) {
    Period now = current();
    boolean timed = now.doing != Doing.HANDLING && now.doing != Doing.ENDED;
    boolean ended =
        timed
            && nowNanos - now.dueNanos > 0
            && period.compareAndSet(now, starting(Doing.ENDED, FAREWELL));
    return ended ? now.doing : Doing.HANDLING;
  }

  /// Whether a connection that was ended has had its time to say so.
  boolean isEndOverdue(long nowNanos) {
    Period now = current();
    return now.doing == Doing.ENDED && nowNanos - now.dueNanos > 0;
  }

  private Period current() {
    return period.get();
  }

  private Period starting(Doing next, Duration duration) {
    return new Period(next, nanoTime.getAsLong() + duration.toNanos());
  }

  /// @throws ConnectionLost where somebody has ended the connection
  private void move(Period next) {
    Period now = current();
    // Lost to one who only shortens the period, it is tried again.
    while (now.doing == Doing.ENDED || !period.compareAndSet(now, next)) {
      if (now.doing == Doing.ENDED) {
        throw new ConnectionLost("the connection was ended");
      }
      now = current();
    }
    if (hurried) {
      shorten();
    }
  }
}
