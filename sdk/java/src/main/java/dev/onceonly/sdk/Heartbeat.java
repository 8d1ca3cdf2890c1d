package dev.onceonly.sdk;

import dev.onceonly.sdk.error.ApiException;
import dev.onceonly.sdk.error.ErrorFacts;
import dev.onceonly.sdk.error.LeaseLostException;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.internal.http.Call;
import dev.onceonly.sdk.internal.http.Completion;
import dev.onceonly.sdk.internal.http.Failures;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Extends a lease again and again until it is stopped or the lease is lost: because the server
/// says so, or because the clock has passed the lease's end. Thread-safe.
final class Heartbeat {
  private static final int LOST = 409;
  private static final Duration SOON = Duration.ofMillis(50);

  private final Core core;
  private final Call part;
  // A client that is closed extends nothing, and its clocks go on.
  private final Call clock = Call.apart();
  private final Exchange<LeaseChange> extend;
  private final Duration every;
  private final Consumer<OnceOnlyException> onLost;
  private final AtomicBoolean isLost = new AtomicBoolean();
  private final @Nullable Term term;

  private Heartbeat(
      Core core,
      Call part,
      Exchange<LeaseChange> extend,
      Duration every,
      @Nullable Term term,
      Consumer<OnceOnlyException> onLost) {
    this.core = core;
    this.part = part;
    this.extend = extend;
    this.every = every;
    this.term = term;
    this.onLost = onLost;
  }

  /// How long a lease lasts. The server counts from when it has read the request, which is after it
  /// was sent, so an end that is counted from the sending is never too late.
  static final class Term {
    private final String key;
    private final Duration ttl;
    private final AtomicLong endNanos;

    /// @param ttl unless an extend is answered with another
    /// @param sentNanos when the lease was asked for, by `System.nanoTime`
    Term(String key, Duration ttl, long sentNanos) {
      this.key = key;
      this.ttl = ttl;
      this.endNanos = new AtomicLong(sentNanos + Arguments.nanos(ttl));
    }

    private void extended(long sentNanos, @Nullable Duration told) {
      endNanos.set(sentNanos + Arguments.nanos(told == null ? ttl : told));
    }

    Duration ttl() {
      return ttl;
    }

    /// By `System.nanoTime`.
    long endNanos() {
      return endNanos.get();
    }

    boolean isOver() {
      return endNanos.get() - System.nanoTime() <= 0;
    }

    Duration left() {
      return Duration.ofNanos(Math.max(0, endNanos.get() - System.nanoTime()));
    }

    LeaseLostException expired() {
      return new LeaseLostException(
          "the time of the lease of '" + key + "' has passed, and it could not be extended",
          null,
          ErrorFacts.code("lease_expired"));
    }
  }

  /// Starts with a pause: the lease is fresh.
  ///
  /// @param extend asked each time; an extend may be repeated, so one exchange serves them all
  /// @param term when the lease ends unless it is extended; null to leave the clock aside
  /// @param onLost told once: the server's answer that the lease is another's or has been ended, or
  ///   a [LeaseLostException] with the code `lease_expired`
  static Heartbeat start(
      Core core,
      Call call,
      Exchange<LeaseChange> extend,
      Duration every,
      @Nullable Term term,
      Consumer<OnceOnlyException> onLost) {
    Heartbeat heartbeat = new Heartbeat(core, call.part(), extend, every, term, onLost);
    heartbeat.next(every);
    if (term != null) {
      heartbeat.watch(term);
    }
    return heartbeat;
  }

  /// Stops at once; an extend on its way is given up.
  void stop() {
    CancellationException reason = new CancellationException("The heartbeat was stopped");
    part.end(reason);
    clock.end(reason);
  }

  private void next(Duration pause) {
    Completion.of(
        part.pause(pause.toMillis()).thenComposeAsync(nothing -> extend(), core.workers()),
        (answer, error) -> {
          if (goesOn(error)) {
            next(error == null ? every : afterFailure());
          }
        });
  }

  private CompletableFuture<?> extend() {
    long sentNanos = System.nanoTime();
    return core.send(part, extend)
        .thenAccept(answer -> {
          if (term != null) {
            term.extended(sentNanos, answer.ttl());
          }
        });
  }

  private boolean goesOn(@Nullable Throwable error) {
    if (part.isEnded()) {
      return false;
    }
    if (error != null
        && Failures.unwrap(error) instanceof ApiException answer
        && answer.statusCode() != null
        && answer.statusCode() == LOST) {
      lose(answer);
      return false;
    }
    // Any other error may pass before the lease runs out.
    return true;
  }

  // Halving what is left tries often enough, and not more often than makes sense.
  private Duration afterFailure() {
    if (term == null || term.left().compareTo(every) > 0) {
      return every;
    }
    Duration half = term.left().dividedBy(2);
    return half.compareTo(SOON) > 0 ? half : SOON;
  }

  private void watch(Term lasting) {
    Completion.of(
        clock.pause(lasting.left().toMillis() + 1).thenRunAsync(() -> {}, core.workers()),
        (nothing, error) -> {
          if (error != null || clock.isEnded()) {
            return;
          }
          if (lasting.isOver()) {
            lose(lasting.expired());
          } else {
            watch(lasting);
          }
        });
  }

  private void lose(OnceOnlyException reason) {
    if (isLost.compareAndSet(false, true)) {
      stop();
      onLost.accept(reason);
    }
  }
}
