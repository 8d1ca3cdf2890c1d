package dev.onceonly.sdk.internal.http;

import dev.onceonly.sdk.internal.http.Retries.Verdict;
import dev.onceonly.sdk.internal.json.Json;
import dev.onceonly.sdk.internal.trace.Tracing;
import dev.onceonly.sdk.transport.Transport;
import dev.onceonly.sdk.transport.TransportAnswer;
import dev.onceonly.sdk.transport.TransportRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Attempts and their repetition: the only retry loop, in its two forms. Thread-safe.
public final class Http {
  private final HttpSettings settings;
  private final Carrier carrier;
  private final Retries retries;
  private final Executor workers;
  private final RetryListener listener;
  private final Tracing tracing;
  private final String basePath;

  /// @param connectionsMax how many attempts may be on their way at one time
  /// @param workers where to go on after a pause and after a timeout, since the threads that keep
  ///   time belong to the whole virtual machine
  /// @param listener must not throw
  /// @param tracing where each call is a span
  public Http(
      HttpSettings settings,
      Transport transport,
      int connectionsMax,
      Executor workers,
      RetryListener listener,
      Tracing tracing) {
    this.settings = settings;
    this.carrier = new Carrier(transport, connectionsMax, workers);
    Redaction redaction = new Redaction(settings.apiKey());
    this.retries =
        new Retries(settings.retry(), new NetworkErrors(transport, redaction), redaction);
    this.workers = workers;
    this.listener = listener;
    this.tracing = tracing;
    this.basePath = URI.create(settings.baseUrl()).getRawPath();
  }

  /// Sends the request, as often as its rule and the client's settings say, and gives the last
  /// answer whatever its status.
  ///
  /// The future fails with [dev.onceonly.sdk.error.NetworkException] when no whole answer came,
  /// with [dev.onceonly.sdk.error.ProtocolException] when a 2xx answer is no JSON, and with the
  /// call's reason when the call is ended.
  public CompletableFuture<ApiAnswer> send(Call call, ApiRequest request) {
    Tracing.Span span = begin(call, request);
    CompletableFuture<ApiAnswer> answer = attempt(sending(call, request, span), 1);
    Completion.of(
        answer,
        (value, error) ->
            span.end(
                value == null ? null : (Integer) value.statusCode(),
                error == null ? null : Failures.unwrap(error)));
    return answer;
  }

  /// The same in the caller's thread: what [#send] gives or fails with is returned or thrown.
  ///
  /// @throws InterruptedException when the thread is interrupted
  public ApiAnswer sendHere(Call call, ApiRequest request) throws InterruptedException {
    Tracing.Span span = begin(call, request);
    try {
      ApiAnswer answer = sendHere(sending(call, request, span));
      span.end(answer.statusCode(), null);
      return answer;
    } catch (InterruptedException | RuntimeException | Error e) {
      span.end(null, e);
      throw e;
    }
  }

  private Tracing.Span begin(Call call, ApiRequest request) {
    return tracing.begin(call.trace(), request.method(), basePath + request.path());
  }

  private ApiAnswer sendHere(Sending sending) throws InterruptedException {
    int number = 1;
    while (true) {
      Verdict verdict = attemptHere(sending, number);
      if (verdict instanceof Verdict.Give give) {
        return give.answer();
      }
      if (verdict instanceof Verdict.Again again) {
        tell(sending, number, again);
        pauseHere(sending.call(), again.pauseMillis());
        number++;
      }
    }
  }

  private Verdict attemptHere(Sending sending, int number) throws InterruptedException {
    TransportAnswer wire;
    try {
      wire = sending.call().here(() -> carrier.carryHere(sending));
    } catch (IOException | TimeoutException | RuntimeException e) {
      return retries.failed(sending, number, e);
    }
    return retries.answered(sending, number, wire);
  }

  private static void pauseHere(Call call, long millis) throws InterruptedException {
    try {
      var unused =
          call.here(() -> {
            TimeUnit.MILLISECONDS.sleep(millis);
            return true;
          });
    } catch (IOException | TimeoutException e) {
      throw new IllegalStateException("a pause does not fail", e);
    }
  }

  private CompletableFuture<ApiAnswer> attempt(Sending sending, int number) {
    return carrier
        .carry(sending)
        .handle((answer, error) ->
            answer == null
                ? retries.failed(sending, number, error == null ? new TimeoutException() : error)
                : retries.answered(sending, number, answer))
        .thenCompose(verdict -> follow(sending, number, verdict));
  }

  private CompletableFuture<ApiAnswer> follow(Sending sending, int number, Verdict verdict) {
    if (verdict instanceof Verdict.Give give) {
      return CompletableFuture.completedFuture(give.answer());
    }
    if (verdict instanceof Verdict.Again again) {
      tell(sending, number, again);
      return sending
          .call()
          .pause(again.pauseMillis())
          .thenComposeAsync(nothing -> attempt(sending, number + 1), workers);
    }
    return attempt(sending, number);
  }

  private void tell(Sending sending, int number, Verdict.Again again) {
    listener.retrying(
        sending.wire().method(),
        sending.wire().uri().getRawPath(),
        number,
        Duration.ofMillis(again.pauseMillis()),
        again.failure());
  }

  private Sending sending(Call call, ApiRequest request, Tracing.Span span) {
    ApiRequest.Limits limits = request.limits();
    int attempts =
        Math.min(
            limits.attemptsMax(),
            Math.max(limits.attemptsMin(), 1 + settings.retry().maxRetries()));
    boolean isHeld = request.isHeld();
    return new Sending(
        call,
        request,
        prepared(isHeld ? request.notHeld() : request, span),
        isHeld ? prepared(request, span) : null,
        attempts,
        deadlineNanos(limits));
  }

  private @Nullable Long deadlineNanos(ApiRequest.Limits limits) {
    Long own = limits.deadlineNanos();
    if (settings.deadline() == null || limits.untilNanos() != null) {
      return own;
    }
    long client = System.nanoTime() + nanos(settings.deadline());
    return own == null ? (Long) client : (Long) Math.min(own, client);
  }

  // Two centuries are as good as for ever, and can be added to a time.
  private static long nanos(Duration deadline) {
    Duration most = Duration.ofNanos(Long.MAX_VALUE / 2);
    return deadline.compareTo(most) < 0 ? deadline.toNanos() : most.toNanos();
  }

  private TransportRequest prepared(ApiRequest request, Tracing.Span span) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Authorization", "Bearer " + settings.apiKey());
    headers.put("User-Agent", settings.userAgent());
    headers.put("Accept", "application/json");
    headers.putAll(request.headers());
    headers.putAll(span.headers());
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
        settings.timeout().plus(request.limits().patience()));
  }
}
