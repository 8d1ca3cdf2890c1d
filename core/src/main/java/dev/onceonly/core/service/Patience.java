package dev.onceonly.core.service;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Asks again, with growing pauses, while what refuses will pass: a full queue, a store without
/// space, a call of the same step in flight. Such a refusal has changed nothing, or asking again
/// does no harm. Ends with the server, not with a count: nobody else would do what is asked.
/// Thread-safe.
public final class Patience {
  private static final Set<ErrorCode> PASSING =
      EnumSet.of(
          ErrorCode.OVERLOADED,
          ErrorCode.STORAGE_LOW,
          ErrorCode.STORAGE_UNAVAILABLE,
          ErrorCode.UNKNOWN_OUTCOME,
          ErrorCode.CALL_IN_PROGRESS);
  private static final long PAUSE_MS_MIN = 20;
  private static final long PAUSE_MS_MAX = 2_000;

  private final StopSignal stop;

  public Patience(StopSignal stop) {
    this.stop = stop;
  }

  /// The server stops; what was asked may not have been done.
  public static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopped(RuntimeException last) {
      super("the server stops", last, false, false);
    }
  }

  /// Asks until there is an answer. A failure that will not pass is passed on.
  ///
  /// @throws Stopped where there was none when the server stopped
  public <R> R ask(Supplier<R> question) {
    return ask(question, Patience::willPass, _ -> {}, Long.MAX_VALUE);
  }

  /// As [#ask(Supplier)], but pauses no longer in all; then the last failure is passed on.
  <R> R askFor(long pausedMsMax, Supplier<R> question) {
    return ask(question, Patience::willPass, _ -> {}, pausedMsMax);
  }

  /// Asks until there is an answer, whatever the failure: for what has happened already, and has to
  /// be written down.
  ///
  /// @param trouble told of the first failure
  /// @throws Stopped where there was none when the server stopped
  <R> R insist(Supplier<R> question, Consumer<RuntimeException> trouble) {
    return ask(question, _ -> true, trouble, Long.MAX_VALUE);
  }

  private static boolean willPass(RuntimeException why) {
    return why instanceof Failure failure && PASSING.contains(failure.code());
  }

  private <R> R ask(
      Supplier<R> question,
      Predicate<RuntimeException> isAskedAgain,
      Consumer<RuntimeException> trouble,
      long pausedMsMax) {
    long pauseMs = PAUSE_MS_MIN;
    long pausedMs = 0;
    while (true) {
      try {
        return question.get();
      } catch (RuntimeException failure) {
        if (!isAskedAgain.test(failure) || pausedMs >= pausedMsMax) {
          throw failure;
        }
        if (pausedMs == 0) {
          trouble.accept(failure);
        }
        if (stop.await(pauseMs)) {
          throw new Stopped(failure);
        }
        pausedMs += pauseMs;
        pauseMs = Math.min(PAUSE_MS_MAX, 2 * pauseMs);
      }
    }
  }
}
