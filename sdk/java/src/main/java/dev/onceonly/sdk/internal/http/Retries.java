package dev.onceonly.sdk.internal.http;

import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.error.ProtocolException;
import dev.onceonly.sdk.internal.http.HttpSettings.RetrySettings;
import dev.onceonly.sdk.internal.json.Fields;
import dev.onceonly.sdk.transport.ConnectionLostException;
import dev.onceonly.sdk.transport.TransportAnswer;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// What follows an attempt. Immutable.
final class Retries {
  private static final Set<Integer> REPEATABLE = Set.of(429, 500, 502, 503, 504);
  private static final Set<Integer> PASSING = Set.of(408, 425, 429);
  private static final long UNCOUNTED_PAUSE_MIN_MILLIS = 50;

  private final RetrySettings settings;
  private final NetworkErrors errors;
  private final Redaction redaction;

  Retries(RetrySettings settings, NetworkErrors errors, Redaction redaction) {
    this.settings = settings;
    this.errors = errors;
    this.redaction = redaction;
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
    ApiAnswer answer;
    try {
      answer = ApiAnswer.read(redaction.of(wire));
      checkKey(sending, answer);
    } catch (ProtocolException e) {
      return broken(sending, number, e);
    }
    if (!isRepeatable(sending, answer)) {
      return new Verdict.Give(answer);
    }
    Duration asked = RetryAfter.read(answer.header("retry-after"));
    long pauseMillis = asked == null ? ownPause(sending, number) : askedPause(sending, asked);
    boolean isTooLong =
        asked != null && asked.compareTo(settings.backoffMax()) > 0 && !sending.isPersistent();
    return isTooLong || !sending.goesOn(number, pauseMillis)
        ? new Verdict.Give(answer)
        : new Verdict.Again(pauseMillis, ErrorMapping.of(answer));
  }

  // What is recorded must be recorded, and the next answer may be whole.
  private Verdict broken(Sending sending, int number, ProtocolException error) {
    long pauseMillis = ownPause(sending, number);
    if (sending.isPersistent() && sending.goesOn(number, pauseMillis)) {
      return new Verdict.Again(pauseMillis, error);
    }
    throw error;
  }

  // Connections have been mixed up on the way: another's answer says nothing about this key.
  private static void checkKey(Sending sending, ApiAnswer answer) {
    if (!answer.isSuccess()) {
      return;
    }
    if (sending.isPersistent() && !(answer.body() instanceof Map)) {
      throw answer.notExpected("no object");
    }
    String asked = sending.request().key();
    String told = Fields.of(answer.body()).text("key");
    if (asked != null && told != null && !asked.equals(told)) {
      throw answer.notExpected("another key than the one that was asked about");
    }
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
      long pauseMillis = ownPause(sending, number);
      if (sending.goesOn(number, pauseMillis)) {
        return new Verdict.Again(pauseMillis, own);
      }
    }
    throw Failures.<RuntimeException>sneak(error);
  }

  private static boolean isRepeatable(Sending sending, ApiAnswer answer) {
    int status = answer.statusCode();
    if (sending.isPersistent()) {
      return PASSING.contains(status) || status >= 500;
    }
    return REPEATABLE.contains(status)
        && switch (sending.request().rule()) {
          case SAFE -> true;
          case GOVERNED -> status != 502 || !"tool_error".equals(ErrorMapping.code(answer));
          case APPEND -> status == 429;
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
    return floor(sending, least + between(0, Math.max(0, Math.min(room, least / 10))));
  }

  // Random, for the same reason.
  private long ownPause(Sending sending, int number) {
    double doubled = (double) settings.backoff().toMillis() * Math.pow(2, number - 1);
    long most = (long) Math.min((double) settings.backoffMax().toMillis(), doubled);
    return floor(sending, between(most / 2, most));
  }

  // Attempts that are not counted must not become a storm.
  private static long floor(Sending sending, long millis) {
    return sending.isPersistent() ? Math.max(UNCOUNTED_PAUSE_MIN_MILLIS, millis) : millis;
  }

  private static long between(long least, long most) {
    return ThreadLocalRandom.current().nextLong(least, most + 1);
  }
}
