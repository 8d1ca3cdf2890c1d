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
  private static final Duration ASK_MAX = Duration.ofSeconds(30);

  private final Core core;
  private final Call call;
  private final String key;
  private final WaitOptions options;
  private final long deadlineNanos;

  private Waiting(Core core, Call call, String key, WaitOptions options, long startNanos) {
    this.core = core;
    this.call = call;
    this.key = key;
    this.options = options;
    this.deadlineNanos = startNanos + options.timeout.toNanos();
  }

  /// Waits until the run is done or the options' timeout, counted from an instant of
  /// `System.nanoTime`, has passed.
  static CompletableFuture<AiResult> begin(
      Core core, Call call, String key, WaitOptions options, long startNanos) {
    Waiting waiting = new Waiting(core, call, key, options, startNanos);
    String leaseId = options.leaseId;
    if (leaseId == null || !options.autoExtend) {
      return waiting.ask();
    }
    Heartbeat heartbeat =
        Heartbeat.start(
            core,
            call,
            LeaseCalls.extend(key, leaseId, null),
            options.extendEvery,
            // Waiting goes on: the run's outcome is the same whoever owns it.
            lost -> {});
    return waiting.ask().whenComplete((result, error) -> heartbeat.stop());
  }

  /// As [#begin], for a verb.
  static Flow<AiResult> flow(Core core, String key, WaitOptions options) {
    Arguments.key(key);
    return call -> begin(core, call, key, options, System.nanoTime());
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
  }

  private CompletableFuture<AiResult> ask() {
    Duration left = left();
    Duration wait = left.compareTo(ASK_MAX) > 0 ? ASK_MAX : left;
    long askedNanos = System.nanoTime();
    // This loop is the retry of a look that has failed, since it knows how long it may go on.
    Limits limits = new Limits(wait, 1, 1, null);
    return core.send(call, LeaseCalls.status(key, wait), limits)
        .thenCompose(status ->
            status.isDone()
                ? core.send(call, LeaseCalls.result(key, null), Limits.NONE)
                    .thenApply(result -> new Look(result, Duration.ZERO))
                : CompletableFuture.completedFuture(
                    new Look(null, pauseAfter(status, wait, askedNanos))))
        .exceptionally(error -> new Look(null, pauseAfter(Failures.unwrap(error))))
        .thenCompose(this::next);
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
    Duration asked = status.retryAfter();
    if (asked == null || asked.compareTo(options.pollMin) < 0) {
      return options.pollMin;
    }
    return asked.compareTo(options.pollMax) > 0 ? options.pollMax : asked;
  }

  /// @throws OnceOnlyException the error itself, if asking again would not help
  private Duration pauseAfter(Throwable error) {
    boolean mayPass =
        error instanceof NetworkException
            || (error instanceof ApiException answer && mayPass(answer.statusCode()));
    if (!mayPass) {
      throw Failures.<RuntimeException>sneak(error);
    }
    Duration asked = ((OnceOnlyException) error).retryAfter();
    return asked == null || asked.compareTo(options.pollMin) < 0 ? options.pollMin : asked;
  }

  private static boolean mayPass(@Nullable Integer statusCode) {
    return statusCode != null && (statusCode == 429 || statusCode >= 500);
  }
}
