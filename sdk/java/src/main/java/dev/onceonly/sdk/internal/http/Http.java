package dev.onceonly.sdk.internal.http;

import dev.onceonly.sdk.error.ErrorFacts;
import dev.onceonly.sdk.error.NetworkException;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.error.RequestTimeoutException;
import dev.onceonly.sdk.internal.json.Json;
import dev.onceonly.sdk.transport.Transport;
import dev.onceonly.sdk.transport.TransportAnswer;
import dev.onceonly.sdk.transport.TransportRequest;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Attempts and their repetition: the only retry loop. Thread-safe.
public final class Http {
  private static final Set<Integer> REPEATABLE = Set.of(429, 500, 502, 503, 504);

  private final HttpSettings settings;
  private final Transport transport;
  private final Executor workers;

  /// @param workers where to go on after a pause and after a timeout, since the threads that keep
  ///   time belong to the whole virtual machine
  public Http(HttpSettings settings, Transport transport, Executor workers) {
    this.settings = settings;
    this.transport = transport;
    this.workers = workers;
  }

  /// Sends the request, as often as its rule and the client's settings say, and gives the last
  /// answer whatever its status.
  ///
  /// The future fails with [NetworkException] when no whole answer came, with
  /// [dev.onceonly.sdk.error.ProtocolException] when a 2xx answer is no JSON, and with the call's
  /// reason when the call is ended.
  public CompletableFuture<ApiAnswer> send(Call call, ApiRequest request) {
    int attempts =
        Math.min(
            request.limits().attemptsMax(),
            Math.max(request.limits().attemptsMin(), 1 + settings.retry().maxRetries()));
    return attempt(
        new Sending(call, request, prepared(request), attempts, deadlineNanos(request)), 1);
  }

  /// @param wire the attempt without its timeout
  /// @param attempts how many there may be
  private record Sending(
      Call call,
      ApiRequest request,
      TransportRequest wire,
      int attempts,
      @Nullable Long deadlineNanos) {
    long millisLeft() {
      return deadlineNanos == null
          ? Long.MAX_VALUE
          : TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    }
  }

  private CompletableFuture<ApiAnswer> attempt(Sending sending, int number) {
    return carry(sending)
        .handle((answer, error) -> judge(sending, number, answer, error))
        .thenCompose(verdict -> {
          if (verdict.answer() != null) {
            return CompletableFuture.completedFuture(verdict.answer());
          }
          return sending
              .call()
              .pause(verdict.pauseMillis())
              .thenComposeAsync(nothing -> attempt(sending, number + 1), workers);
        });
  }

  /// Either an answer to give, or a pause before the next attempt.
  private record Verdict(@Nullable ApiAnswer answer, long pauseMillis) {}

  private Verdict judge(
      Sending sending, int number, @Nullable TransportAnswer wire, @Nullable Throwable failure) {
    ApiAnswer answer = wire == null ? null : ApiAnswer.read(wire);
    Throwable cause = failure == null ? null : Failures.unwrap(failure);
    boolean again =
        number < sending.attempts()
            && (answer == null
                ? isRepeatable(sending.request(), cause)
                : isRepeatable(sending.request(), answer));
    if (again) {
      long pauseMillis = pauseMillis(answer, number);
      if (pauseMillis < sending.millisLeft()) {
        return new Verdict(null, pauseMillis);
      }
    }
    if (answer == null) {
      throw Failures.<RuntimeException>sneak(asError(cause));
    }
    return new Verdict(answer, 0);
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

  private static boolean isRepeatable(ApiRequest request, @Nullable Throwable cause) {
    if (cause == null || isFinal(cause)) {
      return false;
    }
    return request.rule() != ApiRequest.Rule.APPEND || cause instanceof ConnectException;
  }

  // A call that has been ended from outside, and errors of the virtual machine.
  private static boolean isFinal(Throwable cause) {
    return cause instanceof CancellationException
        || cause instanceof OnceOnlyException
        || cause instanceof Error;
  }

  private static Throwable asError(@Nullable Throwable cause) {
    if (cause != null && isFinal(cause)) {
      return cause;
    }
    if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
      return new RequestTimeoutException("No answer in time", cause, ErrorFacts.NONE);
    }
    String reason = cause == null ? "no answer" : cause.getClass().getSimpleName();
    String text = cause == null ? null : cause.getMessage();
    String message = text == null || text.isBlank() ? reason : reason + ": " + text;
    return new NetworkException("No whole answer: " + message, cause, ErrorFacts.NONE);
  }

  /// Random, so that many clients which were turned away together do not come back together.
  private long pauseMillis(@Nullable ApiAnswer answer, int number) {
    Duration asked = answer == null ? null : RetryAfter.read(answer.header("retry-after"));
    if (asked != null) {
      return asked.toMillis() + between(0, asked.toMillis() / 10);
    }
    double doubled = (double) settings.retry().backoff().toMillis() * Math.pow(2, number - 1);
    long most = (long) Math.min((double) settings.retry().backoffMax().toMillis(), doubled);
    return between(most / 2, most);
  }

  private static long between(long least, long most) {
    return ThreadLocalRandom.current().nextLong(least, most + 1);
  }

  /// One attempt within its time. The transport's future is cancelled as soon as nobody waits for
  /// it.
  private CompletableFuture<TransportAnswer> carry(Sending sending) {
    CompletableFuture<TransportAnswer> answer = new CompletableFuture<>();
    var unused = sending.call().step(answer);
    if (answer.isDone()) {
      return answer;
    }
    long millis =
        Math.min(
            settings.timeout().plus(sending.request().limits().patience()).toMillis(),
            Math.max(1, sending.millisLeft()));
    TransportRequest wire = sending.wire();
    CompletableFuture<TransportAnswer> carried =
        begin(
            new TransportRequest(
                wire.method(), wire.uri(), wire.headers(), wire.body(), Duration.ofMillis(millis)));
    Completion.of(
        carried,
        (value, error) -> {
          if (error == null) {
            answer.complete(value);
          } else {
            answer.completeExceptionally(Failures.unwrap(error));
          }
        });
    CompletableFuture<Boolean> clock =
        new CompletableFuture<Boolean>().completeOnTimeout(true, millis, TimeUnit.MILLISECONDS);
    Completion.of(
        clock,
        (late, error) -> {
          if (Boolean.TRUE.equals(late)) {
            workers.execute(() -> answer.completeExceptionally(new TimeoutException()));
          }
        });
    Completion.of(
        answer,
        (value, error) -> {
          clock.complete(false);
          if (error != null) {
            carried.cancel(true);
          }
        });
    return answer;
  }

  private CompletableFuture<TransportAnswer> begin(TransportRequest wire) {
    try {
      return transport.send(wire);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private @Nullable Long deadlineNanos(ApiRequest request) {
    Long own = request.limits().deadlineNanos();
    if (settings.deadline() == null) {
      return own;
    }
    long client = System.nanoTime() + settings.deadline().toNanos();
    return own == null ? (Long) client : (Long) Math.min(own, client);
  }

  private TransportRequest prepared(ApiRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Authorization", "Bearer " + settings.apiKey());
    headers.put("User-Agent", settings.userAgent());
    headers.put("Accept", "application/json");
    headers.putAll(request.headers());
    String body = null;
    if (request.body() != null) {
      headers.put("Content-Type", "application/json");
      body = Json.write(request.body());
    }
    return new TransportRequest(
        request.method(),
        URI.create(settings.baseUrl() + request.path() + request.query()),
        headers,
        body,
        settings.timeout());
  }
}
