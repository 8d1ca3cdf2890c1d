package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.error.NetworkException;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.error.RateLimitException;
import dev.onceonly.sdk.error.RequestTimeoutException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What sockets do.
@Timeout(60)
final class NetworkTest {
  private static final String LOCKED = "{\"status\":\"locked\"}";

  private static OnceOnlyBuilder builder(String url) {
    return OnceOnly.builder()
        .apiKey(FakeServer.KEY)
        .baseUrl(url)
        .failOpen(false)
        .timeout(Duration.ofSeconds(20));
  }

  /// Answers the first request and lets its connection live, and hangs up at the second.
  private static void hangUpAtTheSecond(int number, Socket connection, String json)
      throws java.io.IOException {
    if (number == 2) {
      connection.close();
    } else {
      RawServer.answer(connection, json);
    }
  }

  private static List<String> attemptIds(RawServer server) {
    return server.requests.stream()
        .flatMap(request -> Arrays.stream(request.split("\r\n", -1)))
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("x-onceonly-attempt-id"))
        .toList();
  }

  @Test
  void aUsedConnectionThatIsDeadIsNoFailure() {
    try (RawServer server = new RawServer((n, c) -> hangUpAtTheSecond(n, c, LOCKED));
        OnceOnly client = builder(server.url()).build()) {
      assertThat(client.checkLock("a").locked()).isTrue();
      assertThat(client.checkLock("b").locked()).isTrue();
      List<String> ids = attemptIds(server);
      assertThat(ids).hasSize(3);
      assertThat(ids.get(1)).isEqualTo(ids.get(2)).isNotEqualTo(ids.get(0));
    }
  }

  @Test
  void aUsedConnectionThatIsDeadIsNoFailureOfAnAsynchronousCallNorOfAGet() {
    try (RawServer server = new RawServer((n, c) -> hangUpAtTheSecond(n, c, LOCKED));
        OnceOnly client = builder(server.url()).build()) {
      assertThat(client.async().checkLock("a").join().locked()).isTrue();
      assertThat(client.async().checkLock("b").join().locked()).isTrue();
      assertThat(server.requests).hasSize(3);
    }
    try (RawServer server = new RawServer((n, c) -> hangUpAtTheSecond(n, c, "{}"));
        OnceOnly client = builder(server.url()).build()) {
      var first = client.me();
      var second = client.me();
      assertThat(first).isEqualTo(second);
      assertThat(server.requests).hasSize(3);
    }
  }

  @Test
  void aFreshConnectionThatIsDeadIsAFailureAndAnEventIsNeverRepeated() {
    try (RawServer server = new RawServer((n, c) -> c.close());
        OnceOnly client = builder(server.url()).build()) {
      assertThatThrownBy(() -> client.checkLock("a")).isInstanceOf(NetworkException.class);
      assertThat(server.requests).hasSize(1);
    }
    try (RawServer server = new RawServer((n, c) -> hangUpAtTheSecond(n, c, "{\"ok\":true}"));
        OnceOnly client = builder(server.url()).build()) {
      var unused = client.postEvent("run", "note");
      assertThatThrownBy(() -> client.postEvent("run", "note"))
          .isInstanceOf(NetworkException.class);
      assertThat(server.requests).hasSize(2);
    }
  }

  @Test
  void aConnectionThatDiesInsideAnAnswerIsAFailure() {
    try (RawServer server =
            new RawServer((n, c) -> {
              if (n == 1) {
                RawServer.answer(c, LOCKED);
              } else {
                c.getOutputStream()
                    .write(
                        "HTTP/1.1 200 OK\r\nContent-Le"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                c.close();
              }
            });
        OnceOnly client = builder(server.url()).build()) {
      assertThat(client.checkLock("a").locked()).isTrue();
      assertThatThrownBy(() -> client.checkLock("b")).isInstanceOf(NetworkException.class);
      assertThat(server.requests).hasSize(2);
    }
  }

  @Test
  void errorsNameTheAddress() {
    int port;
    try (RawServer server = new RawServer((n, c) -> c.close())) {
      port = java.net.URI.create(server.url()).getPort();
    }
    try (OnceOnly client = builder("http://127.0.0.1:" + port).build()) {
      assertThatThrownBy(client::me)
          .isInstanceOf(NetworkException.class)
          .hasMessageStartingWith("can't reach http://127.0.0.1:" + port + ": ");
    }
    try (RawServer server = new RawServer((n, c) -> {});
        OnceOnly client = builder(server.url()).timeout(Duration.ofMillis(300)).build()) {
      assertThatThrownBy(client::me)
          .isInstanceOf(RequestTimeoutException.class)
          .hasMessage("no answer from " + server.url() + " within 0.3 s");
    }
  }

  @Test
  void theTimeoutCoversTheBody() {
    try (RawServer server =
            new RawServer((n, c) -> {
              String head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{";
              c.getOutputStream().write(head.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
              c.getOutputStream().flush();
            });
        OnceOnly client = builder(server.url()).timeout(Duration.ofMillis(500)).build()) {
      assertThatThrownBy(client::me).isInstanceOf(RequestTimeoutException.class);
      assertThatThrownBy(() -> client.async().me().join())
          .hasCauseInstanceOf(RequestTimeoutException.class);
    }
  }

  @Test
  void aRetryAfterBeyondTheBoundIsRaisedAtOnceWithItsNumber() {
    try (RawServer server =
            new RawServer((n, c) ->
                RawServer.answer(
                    c, "429 Too Many Requests", "Retry-After: 3600\r\n", "{\"detail\":\"slow\"}"));
        OnceOnly client = builder(server.url()).maxRetries(5).build()) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> client.checkLock("a"))
          .isInstanceOfSatisfying(
              RateLimitException.class,
              e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofHours(1)));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void aCallWaitsForAConnectionWithinItsTimeout() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (RawServer server =
            new RawServer((n, c) -> {
              arrived.countDown();
              try {
                go.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              RawServer.answer(c, LOCKED);
            });
        OnceOnly client = builder(server.url()).maxConnections(1).build();
        OnceOnly hasty =
            builder(server.url()).maxConnections(1).timeout(Duration.ofMillis(300)).build()) {
      CompletableFuture<CheckLockResult> first = client.async().checkLock("a");
      arrived.await();
      CompletableFuture<CheckLockResult> second = client.async().checkLock("b");
      assertThatThrownBy(() -> hasty.checkLock("c")).isInstanceOf(RequestTimeoutException.class);
      assertThat(server.requests).hasSize(2);
      go.countDown();
      assertThat(first.join().locked()).isTrue();
      assertThat(second.join().locked()).isTrue();
    }
  }

  @Test
  void closingEndsABlockingCallOfAnotherThreadWithoutLeavingItInterrupted() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    try (RawServer server = new RawServer((n, c) -> arrived.countDown())) {
      OnceOnly client = builder(server.url()).build();
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread caller =
          new Thread(() -> {
            try {
              var unused = client.me();
            } catch (OnceOnlyException e) {
              interrupted.complete(Thread.currentThread().isInterrupted());
            }
          });
      caller.start();
      arrived.await();
      client.close();
      assertThat(interrupted.join()).isFalse();
    }
  }
}
