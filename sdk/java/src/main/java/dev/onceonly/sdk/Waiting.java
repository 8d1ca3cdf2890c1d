package dev.onceonly.sdk;

import dev.onceonly.sdk.error.ApiException;
import dev.onceonly.sdk.error.NetworkException;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.internal.http.ApiRequest.Limits;
import dev.onceonly.sdk.internal.http.Call;
import dev.onceonly.sdk.internal.http.Failures;
import dev.onceonly.sdk.internal.http.Flow;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The one loop that waits for a run.
final class Waiting {
  static final String NOT_FOUND = "not_found";

  private static final Duration ASK_MAX = Duration.ofSeconds(30);
  private static final Duration PAUSE_MIN = Duration.ofMillis(50);

  private final Core core;
  private final Call call;
  private final String key;
  private final Pace pace;
  private final Missing missing;
  private final long deadlineNanos;

  private Waiting(Core core, Call call, String key, Pace pace, Missing missing, long startNanos) {
    this.core = core;
    this.call = call;
    this.key = key;
    this.pace = pace;
    this.missing = missing;
    this.deadlineNanos = startNanos + Arguments.nanos(pace.timeout());
  }

  /// How long and how often to look.
  ///
  /// @param timeout how long to wait in all
  /// @param pollMin the shortest pause between two looks at a server that does not know `wait`
  /// @param pollMax the longest pause
  record Pace(Duration timeout, Duration pollMin, Duration pollMax) {}

  /// What it means that nobody owns the key.
  enum Missing {
    /// Somebody may still begin.
    PAUSES,
    /// The run has been ended or given up: the outcome's status and error code are [#NOT_FOUND].
    ENDS
  }

  /// Waits until the run is done or the options' timeout, counted from an instant of
  /// `System.nanoTime`, has passed.
  static CompletableFuture<AiResult> begin(
      Core core, Call call, String key, Pace pace, Missing missing, long startNanos) {
    return new Waiting(core, call, key, pace, missing, startNanos).ask();
  }

  /// Extends the caller's own lease while something is waited for.
  ///
  /// @param leaseId null when the caller has none, or wants none extended
  static CompletableFuture<AiResult> extending(
      Core core,
      Call call,
      String key,
      @Nullable String leaseId,
      Duration every,
      CompletableFuture<AiResult> waiting) {
    if (leaseId == null) {
      return waiting;
    }
    // Waiting goes on after a loss: the run's outcome is the same whoever owns it.
    Heartbeat heartbeat =
        Heartbeat.start(core, call, LeaseCalls.extend(key, leaseId, null), every, null, lost -> {});
    return waiting.whenComplete((result, error) -> heartbeat.stop());
  }

  /// As [#begin], for a verb.
  static Flow<AiResult> flow(Core core, String key, WaitOptions options) {
    Arguments.key(key);
    return call ->
        extending(
            core,
            call,
            key,
            options.autoExtend ? options.leaseId : null,
            options.extendEvery,
            begin(core, call, key, options.pace(), Missing.PAUSES, System.nanoTime()));
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
  }

  private CompletableFuture<AiResult> ask() {
    Duration left = left();
    Duration wait = left.compareTo(ASK_MAX) > 0 ? ASK_MAX : left;
    long askedNanos = System.nanoTime();
    // This loop is the retry of a look that has failed, since it knows how long it may go on.
    Limits limits = Limits.once(wait);
    return core.send(call, LeaseCalls.status(key, wait), limits)
        .thenCompose(status -> look(status, wait, askedNanos))
        .exceptionally(error -> new Look(null, pauseAfter(Failures.unwrap(error))))
        .thenCompose(this::next);
  }

  private CompletableFuture<Look> look(AiStatus status, Duration wait, long askedNanos) {
    if (status.isDone()) {
      return core.send(call, LeaseCalls.result(key, null), Limits.NONE)
          .thenApply(result -> new Look(result, Duration.ZERO));
    }
    if (missing == Missing.ENDS && NOT_FOUND.equals(status.status())) {
      AiResult gone = LeaseCalls.local(key, NOT_FOUND, NOT_FOUND);
      return CompletableFuture.completedFuture(new Look(gone, Duration.ZERO));
    }
    return CompletableFuture.completedFuture(new Look(null, pauseAfter(status, wait, askedNanos)));
  }

  /// The run's result, or how long to pause before the next look.
  private record Look(@Nullable AiResult result, Duration pause) {}

  private CompletableFuture<AiResult> next(Look look) {
    if (look.result() != null) {
      return CompletableFuture.completedFuture(look.result());
    }
    Duration left = left();
    if (left.isZero()) {
      return CompletableFuture.completedFuture(LeaseCalls.local(key, "failed", "timeout"));
    }
    if (look.pause().isZero()) {
      return ask();
    }
    Duration pause = look.pause().compareTo(left) > 0 ? left : look.pause();
    return call.pause(pause.toMillis() + 1)
        .thenComposeAsync(
            nothing ->
                left().isZero()
                    ? CompletableFuture.completedFuture(LeaseCalls.local(key, "failed", "timeout"))
                    : ask(),
            core.workers());
  }

  /// No pause after a server that has waited itself.
  private Duration pauseAfter(AiStatus status, Duration wait, long askedNanos) {
    boolean isInProgress = "in_progress".equals(status.status());
    long waitedNanos = System.nanoTime() - askedNanos;
    if (isInProgress && waitedNanos >= wait.toNanos() * 9 / 10) {
      return Duration.ZERO;
    }
    return bounded(status.retryAfter());
  }

  private Duration bounded(@Nullable Duration asked) {
    Duration pause = asked == null || asked.compareTo(pace.pollMin()) < 0 ? pace.pollMin() : asked;
    pause = pause.compareTo(pace.pollMax()) > 0 ? pace.pollMax() : pause;
    return pause.compareTo(PAUSE_MIN) < 0 ? PAUSE_MIN : pause;
  }

  /// @throws OnceOnlyException the error itself, if asking again would not help
  private Duration pauseAfter(Throwable error) {
    boolean mayPass =
        error instanceof NetworkException
            || (error instanceof ApiException answer && mayPass(answer.statusCode()));
    if (!mayPass) {
      throw Failures.<RuntimeException>sneak(error);
    }
    return bounded(((OnceOnlyException) error).retryAfter());
  }

  private static boolean mayPass(@Nullable Integer statusCode) {
    return statusCode != null && (statusCode == 429 || statusCode >= 500);
  }
}
