package dev.onceonly.server.worker;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/// Asks again while what refuses will pass: a full queue, a store without space, a call of the same
/// step in flight. Such a refusal has changed nothing, or asking again does no harm. Ends with the
/// server, not with a count: the run is queued, and nobody else would run it.
final class Patience {
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

  Patience(StopSignal stop) {
    this.stop = stop;
  }

  /// The server stops; what was asked may not have been done.
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopped(Failure last) {
      super("the server stops", last, false, false);
    }
  }

  /// Asks until there is an answer. Any other failure is passed on.
  ///
  /// @throws Stopped where there was none when the server stopped
  <R> R ask(Supplier<R> question) {
    long pauseMs = PAUSE_MS_MIN;
    while (true) {
      try {
        return question.get();
      } catch (Failure failure) {
        if (!PASSING.contains(failure.code())) {
          throw failure;
        }
        if (stop.await(pauseMs)) {
          throw new Stopped(failure);
        }
        pauseMs = Math.min(PAUSE_MS_MAX, 2 * pauseMs);
      }
    }
  }
}
