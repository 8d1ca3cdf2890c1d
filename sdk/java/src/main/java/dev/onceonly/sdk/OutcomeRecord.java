package dev.onceonly.sdk;

import dev.onceonly.sdk.FunctionThread.Outcome;
import dev.onceonly.sdk.error.ApiException;
import dev.onceonly.sdk.error.ClientClosedException;
import dev.onceonly.sdk.error.ErrorFacts;
import dev.onceonly.sdk.error.LeaseLostException;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.error.ResultNotRecordedException;
import dev.onceonly.sdk.internal.http.ApiRequest.Limits;
import dev.onceonly.sdk.internal.http.Call;
import dev.onceonly.sdk.internal.http.Failures;
import dev.onceonly.sdk.internal.http.FunctionFailure;
import dev.onceonly.sdk.internal.json.Hashes;
import dev.onceonly.sdk.internal.json.Values;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Records what has come of a function, for as long as its lease lasts: a server that is restarted
/// meanwhile must not lead to a second run.
final class OutcomeRecord {
  private static final int ATTEMPTS_MIN = 3;
  private static final int CONFLICT = 409;
  private static final Set<Integer> REFUSED = Set.of(413, 422);
  private static final Map<String, Object> OMITTED = Map.of("omitted", true);

  private final Core core;
  private final Call call;
  private final LeaseContext context;
  private final RunFnOptions options;
  private final Heartbeat.Term term;
  private final Runnable onCompleted;
  private final long endedNanos = System.nanoTime();

  /// Made when the function has ended.
  ///
  /// @param onCompleted done when complete has been answered, before the result is read
  OutcomeRecord(
      Core core,
      Call call,
      LeaseContext context,
      RunFnOptions options,
      Heartbeat.Term term,
      Runnable onCompleted) {
    this.core = core;
    this.call = call;
    this.context = context;
    this.options = options;
    this.term = term;
    this.onCompleted = onCompleted;
  }

  /// Of a function whose lease is its own as far as is known.
  CompletableFuture<AiResult> of(Outcome outcome) {
    Limits limits = Limits.persistent(ATTEMPTS_MIN, this::untilNanos);
    return outcome instanceof Outcome.Returned returned
        ? completed(returned, limits)
        : failed(((Outcome.Threw) outcome).error(), limits);
  }

  /// Of a function that has returned after its lease's end: the server takes the result all the
  /// same while nobody else has acquired the key.
  CompletableFuture<AiResult> late(Outcome.Returned returned) {
    return completed(returned, Limits.attempts(ATTEMPTS_MIN));
  }

  /// Of a function that will never begin: whoever asks next may run it.
  CompletableFuture<AiResult> notBegun(Throwable error) {
    if (error instanceof ClientClosedException) {
      return CompletableFuture.failedFuture(error);
    }
    return sendFailure(error, FunctionRun.RELEASED, Limits.NONE);
  }

  /// Nothing is recorded: the lease was another's, or over.
  CompletableFuture<AiResult> lost(OnceOnlyException reason, Outcome outcome) {
    boolean ran = outcome instanceof Outcome.Returned;
    Object result = outcome instanceof Outcome.Returned returned ? returned.value() : null;
    LeaseLostException error = context.lostError(reason, ran, result);
    if (outcome instanceof Outcome.Threw threw) {
      error.addSuppressed(threw.error());
    }
    return CompletableFuture.failedFuture(error);
  }

  // The heartbeat goes on meanwhile and moves the lease's end, but not for ever.
  private long untilNanos() {
    long mostNanos = endedNanos + Arguments.nanos(term.ttl());
    return mostNanos - term.endNanos() < 0 ? mostNanos : term.endNanos();
  }

  /// Records the failure as well as it can, and gives the function's own error in any case.
  private CompletableFuture<AiResult> failed(Throwable error, Limits limits) {
    boolean isReleased = options.releases(error);
    String code = isReleased ? FunctionRun.RELEASED : options.errorCode;
    if (!isReleased) {
      core.logger()
          .log(
              Level.WARNING,
              "The function of {0} has failed, and its key keeps the failure: later calls are told"
                  + " failed ({1})",
              context.key(),
              code);
    }
    return sendFailure(error, code, limits);
  }

  private CompletableFuture<AiResult> sendFailure(Throwable error, String code, Limits limits) {
    return core.send(
            call,
            LeaseCalls.fail(context.key(), context.leaseId(), code, Hashes.sha256(textOf(error))),
            limits)
        .handle((answer, failure) -> {
          if (failure != null) {
            String message =
                "The failure of " + context.key() + " could not be recorded; its lease runs out";
            core.logger().log(Level.WARNING, message, Failures.unwrap(failure));
          }
          throw new FunctionFailure(error);
        });
  }

  // A user's exception may fail to tell its message.
  private static String textOf(Throwable error) {
    String text = null;
    try {
      text = error.getMessage();
    } catch (RuntimeException e) {
      // Its name is all that is known.
    }
    return text == null ? error.getClass().getName() : text;
  }

  private CompletableFuture<AiResult> completed(Outcome.Returned returned, Limits limits) {
    Object value = returned.value();
    Map<String, @Nullable Object> result =
        returned.isReplayable() ? Values.data(value) : Values.object(value);
    return complete(returned, result, limits);
  }

  private CompletableFuture<AiResult> complete(
      Outcome.Returned returned, @Nullable Map<String, @Nullable Object> result, Limits limits) {
    return core.send(
            call, LeaseCalls.complete(context.key(), context.leaseId(), result, null), limits)
        .handle((answer, error) -> Optional.ofNullable(error).map(Failures::unwrap))
        .thenCompose(error ->
            error.isEmpty()
                ? completed(result)
                : notCompleted(returned, result, limits, error.get()));
  }

  private CompletableFuture<AiResult> notCompleted(
      Outcome.Returned returned,
      @Nullable Map<String, @Nullable Object> result,
      Limits limits,
      Throwable error) {
    Integer status = error instanceof ApiException answer ? answer.statusCode() : null;
    if (status != null && status == CONFLICT) {
      return lost((ApiException) error, returned);
    }
    if (status != null && REFUSED.contains(status) && !OMITTED.equals(result)) {
      core.logger()
          .log(
              Level.WARNING,
              "The result of {0} was refused ({1}); its run is completed without it",
              context.key(),
              error.getMessage());
      return complete(returned, new LinkedHashMap<>(OMITTED), limits);
    }
    return CompletableFuture.failedFuture(
        error instanceof OnceOnlyException own ? notRecorded(returned, own) : error);
  }

  private ResultNotRecordedException notRecorded(
      Outcome.Returned returned, OnceOnlyException cause) {
    return new ResultNotRecordedException(
        "the function of '"
            + context.key()
            + "' has run, and its result could not be recorded: "
            + cause.getMessage(),
        cause,
        new ErrorFacts(
            cause.statusCode(),
            cause.code(),
            cause.detail(),
            cause.requestId(),
            cause.retryAfter()),
        returned.value());
  }

  // What has been completed needs no lease any more.
  private CompletableFuture<AiResult> completed(@Nullable Map<String, @Nullable Object> result) {
    onCompleted.run();
    return stored(result);
  }

  /// The result as the server has it, or, when it can't be asked any more, as it was just stored.
  private CompletableFuture<AiResult> stored(@Nullable Map<String, @Nullable Object> result) {
    String key = context.key();
    return core.send(call, LeaseCalls.result(key, null))
        .exceptionally(wrapped -> {
          Throwable error = Failures.unwrap(wrapped);
          if (!(error instanceof OnceOnlyException)) {
            throw Failures.<RuntimeException>sneak(error);
          }
          core.logger()
              .log(
                  Level.WARNING,
                  "The stored result of {0} could not be read ({1}); it is given as it was sent",
                  key,
                  error.getMessage());
          return new AiResult(true, "completed", key, result, null, null, null, null, Map.of());
        });
  }
}
