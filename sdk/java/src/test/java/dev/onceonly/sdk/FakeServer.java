package dev.onceonly.sdk;

import dev.onceonly.sdk.transport.Transport;
import dev.onceonly.sdk.transport.TransportAnswer;
import dev.onceonly.sdk.transport.TransportRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// A transport that answers by a function and keeps what it was sent.
final class FakeServer implements Transport {
  static final String KEY = "once_live_secret_of_this_test";

  final List<TransportRequest> requests = new CopyOnWriteArrayList<>();
  private final Function<TransportRequest, CompletableFuture<TransportAnswer>> answers;

  FakeServer(Function<TransportRequest, CompletableFuture<TransportAnswer>> answers) {
    this.answers = answers;
  }

  /// Always the same JSON.
  static FakeServer answering(String json) {
    return new FakeServer(request -> CompletableFuture.completedFuture(ok(json)));
  }

  /// Never an answer.
  static FakeServer silent() {
    return new FakeServer(request -> new CompletableFuture<>());
  }

  /// A lease that is acquired, and every later request taken.
  static FakeServer leasing() {
    return new FakeServer(request ->
        CompletableFuture.completedFuture(
            ok(
                request.uri().getPath().endsWith("/lease")
                    ? "{\"ok\":true,\"status\":\"acquired\",\"key\":\"k\",\"lease_id\":\"l\",\"ttl\":60}"
                    : "{\"ok\":true,\"status\":\"completed\",\"key\":\"k\",\"result\":{\"n\":1}}")));
  }

  static TransportAnswer ok(String json) {
    return new TransportAnswer(200, Map.of("Content-Type", "application/json"), json);
  }

  @Override
  public CompletableFuture<TransportAnswer> send(TransportRequest request) {
    requests.add(request);
    return answers.apply(request);
  }

  OnceOnlyBuilder builder() {
    return OnceOnly.builder()
        .apiKey(KEY)
        .baseUrl("http://127.0.0.1:9")
        .transport(this)
        .timeout(Duration.ofSeconds(20));
  }

  OnceOnly client() {
    return builder().build();
  }
}
