package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.error.LeaseLostException;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.error.ResultNotRecordedException;
import dev.onceonly.sdk.transport.TransportAnswer;
import dev.onceonly.sdk.transport.TransportRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What holds of a function's lease until its outcome is recorded.
@Timeout(60)
final class LeaseHoldTest {
  private static final String DONE = "{\"ok\":true,\"status\":\"completed\",\"key\":\"k\"}";

  private static TransportAnswer lease(int ttlSeconds) {
    return FakeServer.ok(
        "{\"status\":\"acquired\",\"lease_id\":\"l\",\"ttl\":" + ttlSeconds + ",\"key\":\"k\"}");
  }

  private static TransportAnswer refused(int status, String code) {
    return new TransportAnswer(status, Map.of(), "{\"detail\":{\"error\":\"" + code + "\"}}");
  }

  /// A server that answers by the end of the path.
  private static FakeServer server(Function<String, CompletableFuture<TransportAnswer>> answers) {
    return new FakeServer(request -> {
      String path = request.uri().getPath();
      return answers.apply(path.substring(path.lastIndexOf('/') + 1));
    });
  }

  private static long count(FakeServer server, String verb) {
    return server.requests.stream()
        .map(TransportRequest::uri)
        .filter(uri -> uri.getPath().endsWith("/" + verb))
        .count();
  }

  @Test
  void theClockEndsALeaseWhileAnExtendHangsAndWhatWasReturnedIsStillCompleted() {
    CompletableFuture<TransportAnswer> hanging = new CompletableFuture<>();
    FakeServer server =
        server(verb ->
            switch (verb) {
              case "lease" -> CompletableFuture.completedFuture(lease(1));
              case "extend" -> hanging;
              default -> CompletableFuture.completedFuture(FakeServer.ok(DONE));
            });
    List<OnceOnlyException> told = new CopyOnWriteArrayList<>();
    try (OnceOnly client = server.client()) {
      long start = System.nanoTime();
      AiResult result =
          client
              .ai()
              .runFn(
                  "k",
                  lease -> {
                    try {
                      TimeUnit.SECONDS.sleep(50);
                    } catch (InterruptedException e) {
                      assertThat(lease.isLost()).isTrue();
                    }
                    return "late";
                  },
                  o -> o.ttl(Duration.ofSeconds(1)).onLeaseLost(told::add));
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
      assertThat(result.isCompleted()).isTrue();
    }
    assertThat(told)
        .singleElement()
        .satisfies(error -> {
          assertThat(error).isInstanceOf(LeaseLostException.class);
          assertThat(error.code()).isEqualTo("lease_expired");
        });
    assertThat(hanging).isCancelled();
    assertThat(count(server, "complete")).isEqualTo(1);
  }

  @Test
  void afterTheClockCompleteIsTriedThreeTimesAndTheResultIsInTheError() {
    FakeServer server =
        server(verb ->
            verb.equals("lease")
                ? CompletableFuture.completedFuture(lease(1))
                : CompletableFuture.failedFuture(new IOException("cut off")));
    try (OnceOnly client = server.builder().retryBackoff(Duration.ofMillis(1)).build()) {
      assertThatThrownBy(() ->
              client
                  .ai()
                  .runFn(
                      "k",
                      lease -> {
                        CountDownLatch lost = new CountDownLatch(1);
                        lease.onLost(lost::countDown);
                        try {
                          lost.await();
                        } catch (InterruptedException e) {
                          lost.countDown();
                        }
                        return Map.of("n", 7);
                      },
                      o -> o.ttl(Duration.ofSeconds(1))))
          .isInstanceOfSatisfying(
              ResultNotRecordedException.class,
              e -> {
                assertThat(e.result()).isEqualTo(Map.of("n", 7));
                assertThat(e).hasRootCauseMessage("cut off");
              });
    }
    assertThat(count(server, "complete")).isEqualTo(3);
    assertThat(count(server, "fail")).isZero();
  }

  @Test
  void completeIsTriedUntilTheLeasesEndWhileTheHeartbeatGoesOn() {
    AtomicInteger tries = new AtomicInteger();
    FakeServer server =
        server(verb ->
            CompletableFuture.completedFuture(
                switch (verb) {
                  case "lease" -> lease(30);
                  case "extend" -> FakeServer.ok("{\"status\":\"extended\",\"ttl\":30}");
                  case "complete" ->
                      tries.incrementAndGet() < 12
                          ? refused(503, "storage_unavailable")
                          : FakeServer.ok(DONE);
                  default -> FakeServer.ok(DONE);
                }));
    try (OnceOnly client =
        server
            .builder()
            .retryBackoff(Duration.ofMillis(20))
            .retryMaxBackoff(Duration.ofMillis(60))
            .build()) {
      AiResult result =
          client
              .ai()
              .runFn(
                  "k",
                  lease -> 1,
                  o -> o.ttl(Duration.ofSeconds(30)).extendEvery(Duration.ofMillis(50)));
      assertThat(result.isCompleted()).isTrue();
    }
    assertThat(tries).hasValue(12);
    assertThat(count(server, "extend")).isPositive();
  }

  @Test
  void aLeaseThatAnotherHasTakenSaysThatTheFunctionHasRun() {
    FakeServer server =
        server(verb ->
            CompletableFuture.completedFuture(
                verb.equals("lease") ? lease(60) : refused(409, "lease_mismatch")));
    try (OnceOnly client = server.client()) {
      assertThatThrownBy(() -> client.ai().runFn("k", () -> "paid"))
          .isInstanceOfSatisfying(
              LeaseLostException.class,
              e -> {
                assertThat(e.ran()).isTrue();
                assertThat(e.result()).isEqualTo("paid");
                assertThat(e.code()).isEqualTo("lease_mismatch");
              });
    }
  }

  @Test
  void aFailureIsReleasedForChosenErrorsAndWhoeverIsToldSoAsksAgain() {
    List<String> bodies = new CopyOnWriteArrayList<>();
    AtomicInteger leases = new AtomicInteger();
    FakeServer server =
        new FakeServer(request -> {
          String path = request.uri().getPath();
          bodies.add(path + " " + request.body());
          if (!path.endsWith("/lease")) {
            return CompletableFuture.completedFuture(FakeServer.ok(DONE));
          }
          return CompletableFuture.completedFuture(
              leases.incrementAndGet() == 2
                  ? FakeServer.ok("{\"status\":\"failed\",\"error_code\":\"released\"}")
                  : lease(60));
        });
    try (OnceOnly client = server.client()) {
      assertThatThrownBy(() ->
              client
                  .ai()
                  .runFn(
                      "k",
                      lease -> {
                        throw new IllegalStateException("later");
                      },
                      o -> o.releaseOnException(IllegalStateException.class)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(client.ai().runFn("k", () -> 1).isCompleted()).isTrue();
    }
    assertThat(bodies)
        .anySatisfy(body -> assertThat(body).contains("/fail", "\"released\""))
        .anySatisfy(body -> assertThat(body).contains("/lease", "\"retry_failed\":true"));
    assertThat(leases).hasValue(3);
  }

  @Test
  void aLoggerThatFailsHidesNoOutcome() {
    System.Logger failing =
        new System.Logger() {
          @Override
          public String getName() {
            return "failing";
          }

          @Override
          public boolean isLoggable(Level level) {
            throw new IllegalStateException("full");
          }

          @Override
          public void log(
              Level level,
              @Nullable ResourceBundle bundle,
              String message,
              @Nullable Throwable thrown) {
            throw new IllegalStateException("full");
          }

          @Override
          public void log(
              Level level,
              @Nullable ResourceBundle bundle,
              String format,
              @Nullable Object... values) {
            throw new IllegalStateException("full");
          }
        };
    FakeServer server =
        server(verb ->
            CompletableFuture.completedFuture(
                verb.equals("lease") ? lease(60) : FakeServer.ok(DONE)));
    try (OnceOnly client = server.builder().logger(failing).build()) {
      assertThatThrownBy(() ->
              client
                  .ai()
                  .runFn(
                      "k",
                      lease -> {
                        throw new IllegalArgumentException("own");
                      }))
          .hasMessage("own");
    }
    assertThat(count(server, "fail")).isEqualTo(1);
  }
}
