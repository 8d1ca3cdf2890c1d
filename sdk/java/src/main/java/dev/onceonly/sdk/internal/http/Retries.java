package dev.onceonly.sdk.internal.http;

import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.internal.http.HttpSettings.RetrySettings;
import dev.onceonly.sdk.transport.ConnectionLostException;
import dev.onceonly.sdk.transport.TransportAnswer;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// What follows an attempt. Immutable.
final class Retries {
  private static final Set<Integer> REPEATABLE = Set.of(429, 500, 502, 503, 504);

  private final RetrySettings settings;
  private final NetworkErrors errors;

  Retries(RetrySettings settings, NetworkErrors errors) {
    this.settings = settings;
    this.errors = errors;
  }

  /// What follows.
  sealed interface Verdict {
    /// The answer is given, whatever its status.
    record Give(ApiAnswer answer) implements Verdict {}

    /// Another attempt after a pause.
    ///
    /// @param failure what would have been thrown otherwise
    record Again(long pauseMillis, OnceOnlyException failure) implements Verdict {}

    /// The same attempt at once, on a fresh connection.
    record Fresh() implements Verdict {}
  }

  /// Judges an attempt that has an answer.
  ///
  /// @param number of the attempt, from 1
  Verdict answered(Sending sending, int number, TransportAnswer wire) {
    ApiAnswer answer = ApiAnswer.read(wire);
    if (!isRepeatable(sending.request(), answer)) {
      return new Verdict.Give(answer);
    }
    Duration asked = RetryAfter.read(answer.header("retry-after"));
    long pauseMillis = asked == null ? ownPause(number) : askedPause(sending, asked);
    boolean isTooLong =
        asked != null && asked.compareTo(settings.backoffMax()) > 0 && !sending.isPersistent();
    return isTooLong || !sending.goesOn(number, pauseMillis)
        ? new Verdict.Give(answer)
        : new Verdict.Again(pauseMillis, ErrorMapping.of(answer));
  }

  /// Judges an attempt that has none.
  ///
  /// @throws RuntimeException the error, if there is no other attempt
  Verdict failed(Sending sending, int number, Throwable failure) {
    Throwable cause = Failures.unwrap(failure);
    Throwable error = errors.of(cause, sending.wire());
    if (cause instanceof ConnectionLostException && sending.mayRepeatFresh()) {
      return new Verdict.Fresh();
    }
    if (error instanceof OnceOnlyException own && isRepeatable(sending.request(), cause)) {
      long pauseMillis = ownPause(number);
      if (sending.goesOn(number, pauseMillis)) {
        return new Verdict.Again(pauseMillis, own);
      }
    }
    throw Failures.<RuntimeException>sneak(error);
  }

  private static boolean isRepeatable(ApiRequest request, ApiAnswer answer) {
    return REPEATABLE.contains(answer.statusCode())
        && switch (request.rule()) {
          case SAFE -> true;
          case GOVERNED ->
              answer.statusCode() != 502 || !"tool_error".equals(ErrorMapping.code(answer));
          case APPEND -> answer.statusCode() == 429;
        };
  }

  private static boolean isRepeatable(ApiRequest request, Throwable cause) {
    if (NetworkErrors.isFinal(cause)) {
      return false;
    }
    return request.rule() != ApiRequest.Rule.APPEND || cause instanceof ConnectException;
  }

  // A tenth more, so that those who were turned away together do not come back together.
  private long askedPause(Sending sending, Duration asked) {
    long most = settings.backoffMax().toMillis();
    long least = Math.min(most, asked.toMillis());
    long room = Math.min(most - least, sending.millisLeft() - least - 1);
    return least + between(0, Math.max(0, Math.min(room, least / 10)));
  }

  // Random, for the same reason.
  private long ownPause(int number) {
    double doubled = (double) settings.backoff().toMillis() * Math.pow(2, number - 1);
    long most = (long) Math.min((double) settings.backoffMax().toMillis(), doubled);
    return between(most / 2, most);
  }

  private static long between(long least, long most) {
    return ThreadLocalRandom.current().nextLong(least, most + 1);
  }
}
