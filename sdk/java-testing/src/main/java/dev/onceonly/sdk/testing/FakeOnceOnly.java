package dev.onceonly.sdk.testing;

import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.OnceOnlyBuilder;
import dev.onceonly.sdk.internal.json.Json;
import dev.onceonly.sdk.transport.Transport;
import dev.onceonly.sdk.transport.TransportAnswer;
import dev.onceonly.sdk.transport.TransportRequest;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An OnceOnly in memory for tests: the real client talks to it in place of a server, and needs no
/// network. It has locks with release and batch, leases with waiting, fingerprints and attempt ids
/// as the server has them; what a governed tool answers is set by the test. Each fake has its own
/// keys. Thread-safe.
///
/// Its clock stands still until the test moves it, so a TTL passes in no time:
///
/// ```java
/// FakeOnceOnly fake = new FakeOnceOnly();
/// OnceOnly onceOnly = fake.client();
/// onceOnly.checkLock("pay:7", o -> o.ttl(Duration.ofHours(1)));
/// fake.advance(Duration.ofHours(1));
/// ```
public final class FakeOnceOnly implements Transport {
  /// The API key of its clients; the fake takes any other, too.
  public static final String API_KEY = "once_test_fake";

  private static final double WAIT_MAX = 60;

  private final ReentrantLock lock = new ReentrantLock();
  private final FakeClock clock = new FakeClock();
  private final FakeLocks locks = new FakeLocks(clock);
  private final FakeLeases leases = new FakeLeases(clock);
  private final Map<String, Function<Map<String, @Nullable Object>, FakeAnswer>> tools =
      new HashMap<>();
  private final List<FakeRequest> requests = new ArrayList<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private boolean isAway;

  /// A fake that knows no key yet.
  public FakeOnceOnly() {}

  /// A request that waits for the end of a run.
  private record Waiter(
      FakeRequest request, Instant end, CompletableFuture<TransportAnswer> answer) {}

  /// A client of this fake, which never fails open by a missing server unless [#leave] was called.
  public OnceOnly client() {
    return client(builder -> {});
  }

  /// A client with further options.
  public OnceOnly client(Consumer<OnceOnlyBuilder> options) {
    OnceOnlyBuilder builder =
        OnceOnly.builder().apiKey(API_KEY).baseUrl("http://fake.onceonly.test").transport(this);
    options.accept(builder);
    return builder.build();
  }

  /// Lets time pass: locks and leases end, and waits for them.
  ///
  /// @throws IllegalArgumentException if the duration is negative
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("duration must not be negative");
    }
    locked(() -> {
      clock.advance(duration);
      return clock.now();
    });
  }

  /// The fake's time now. It begins in May 2026.
  public Instant now() {
    return locked(clock::now);
  }

  /// Answers later governed calls of a tool as if it had been executed.
  public FakeOnceOnly answerTool(String tool, Map<String, ? extends @Nullable Object> result) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(result);
    return tool(
        tool,
        FakeAnswer.object(
            "ok",
            true,
            "allowed",
            true,
            "decision",
            "executed",
            "policy_reason",
            "ok",
            "risk_level",
            "low",
            "result",
            copy,
            "call_id",
            "call_" + tool));
  }

  /// Answers later governed calls of a tool as if the agent's policy had blocked them.
  ///
  /// @param reason such as `tool_explicitly_blocked`
  public FakeOnceOnly blockTool(String tool, String reason) {
    return tool(
        tool,
        FakeAnswer.object(
            "ok",
            false,
            "allowed",
            false,
            "decision",
            "blocked",
            "policy_reason",
            reason,
            "risk_level",
            "high",
            "result",
            null));
  }

  private FakeOnceOnly tool(String tool, Map<String, @Nullable Object> body) {
    locked(() -> {
      tools.put(tool, asked -> FakeAnswer.ok(body));
      return true;
    });
    return this;
  }

  /// Turns later requests away as a server does that is not there, until [#comeBack].
  public void leave() {
    locked(() -> isAway = true);
  }

  /// Answers again, with all that was known before.
  public void comeBack() {
    locked(() -> isAway = false);
  }

  /// What has been asked so far, in order; also what was turned away.
  public List<FakeRequest> requests() {
    return locked(() -> List.copyOf(requests));
  }

  /// What has been asked at a path so far, such as `/v1/check-lock`.
  public List<FakeRequest> requests(String path) {
    return requests().stream().filter(request -> request.path().equals(path)).toList();
  }

  @Override
  public CompletableFuture<TransportAnswer> send(TransportRequest wire) {
    FakeRequest request = FakeBody.read(wire);
    return locked(() -> {
      requests.add(request);
      if (isAway) {
        return CompletableFuture.failedFuture(new ConnectException("the fake is away"));
      }
      Duration wait = wait(request);
      return wait.isZero()
          ? CompletableFuture.completedFuture(written(request, answer(request)))
          : waiting(request, wait);
    });
  }

  // A wait ends by the fake's clock, or when the real time that it may take has passed: a client
  // that waits while nobody moves the clock must not wait for ever.
  private CompletableFuture<TransportAnswer> waiting(FakeRequest request, Duration wait) {
    Waiter waiter = new Waiter(request, clock.now().plus(wait), new CompletableFuture<>());
    waiters.add(waiter);
    var unused =
        new CompletableFuture<@Nullable Void>()
            .completeOnTimeout(null, wait.toMillis(), TimeUnit.MILLISECONDS)
            .thenRunAsync(() ->
                locked(() -> {
                  waiters.remove(waiter);
                  return waiter.answer().complete(written(request, answer(request)));
                }));
    return waiter.answer();
  }

  private Duration wait(FakeRequest request) {
    String wait = request.query().get("wait");
    String key = request.text("key");
    boolean isHeld =
        wait != null
            && key != null
            && FakeCheck.of(request) == null
            && leases.status(key).equals("in_progress");
    return isHeld
        ? Duration.ofMillis((long) (Math.min(WAIT_MAX, Double.parseDouble(wait)) * 1_000))
        : Duration.ZERO;
  }

  private FakeAnswer answer(FakeRequest request) {
    FakeAnswer refusal = FakeCheck.of(request);
    if (refusal != null) {
      return refusal;
    }
    String key = String.valueOf(request.text("key"));
    String attemptId = FakeCheck.attemptId(request);
    Map<String, @Nullable Object> body = request.body();
    return switch (request.path()) {
      case "/v1/check-lock" -> locks.check(body, attemptId);
      case "/v1/check-lock/batch" -> locks.batch(body);
      case "/v1/check-lock/release" -> locks.release(body, attemptId);
      case "/v1/ai/lease" -> leases.acquire(body, attemptId);
      case "/v1/ai/status" -> leases.readStatus(key);
      case "/v1/ai/result" -> leases.readResult(key);
      case "/v1/ai/extend" -> leases.extend(body);
      case "/v1/ai/complete" -> leases.end(body, null);
      case "/v1/ai/fail" -> leases.end(body, String.valueOf(body.get("error_code")));
      case "/v1/ai/cancel" -> leases.end(body, cancelled(body.get("reason")));
      case "/v1/me" ->
          FakeAnswer.ok(
              FakeAnswer.object("plan", "agency", "namespace", "default", "is_active", true));
      case "/v1/ai/run" ->
          body.containsKey("key") ? leases.acquire(body, attemptId) : governed(body);
      default -> FakeAnswer.refused(404, "not_in_the_fake");
    };
  }

  private static String cancelled(@Nullable Object reason) {
    return reason == null || reason.equals("") ? "canceled" : "canceled:" + reason;
  }

  private FakeAnswer governed(Map<String, @Nullable Object> body) {
    Function<Map<String, @Nullable Object>, FakeAnswer> tool =
        tools.get(String.valueOf(body.get("tool")));
    return tool == null
        ? FakeAnswer.refused(
            404, FakeAnswer.object("error", "tool_not_found", "tool", body.get("tool")))
        : tool.apply(body);
  }

  private static TransportAnswer written(FakeRequest request, FakeAnswer answer) {
    String asked = request.headers().get("x-request-id");
    String id = asked == null ? UUID.randomUUID().toString() : asked;
    return new TransportAnswer(
        answer.status(),
        Map.of("content-type", "application/json", "x-request-id", id),
        Json.write(answer.body()));
  }

  /// Does one step, and then answers the waits that it has ended; their callers go on outside of
  /// the lock.
  private <T> T locked(Step<T> step) {
    Map<Waiter, TransportAnswer> ended = new LinkedHashMap<>();
    T value;
    lock.lock();
    try {
      value = step.get();
      for (Iterator<Waiter> it = waiters.iterator(); it.hasNext(); ) {
        Waiter waiter = it.next();
        boolean isOver = wait(waiter.request()).isZero() || !clock.now().isBefore(waiter.end());
        if (isOver) {
          it.remove();
          ended.put(waiter, written(waiter.request(), answer(waiter.request())));
        }
      }
    } finally {
      lock.unlock();
    }
    ended.forEach((waiter, answer) -> waiter.answer().completeAsync(() -> answer));
    return value;
  }

  /// One step under the lock.
  private interface Step<T> {
    T get();
  }
}
