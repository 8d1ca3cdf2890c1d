package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.error.ClientClosedException;
import dev.onceonly.sdk.error.ResultNotRecordedException;
import dev.onceonly.sdk.error.UnauthorizedException;
import dev.onceonly.sdk.transport.TransportAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a function has done is kept, whatever ends the call.
@Timeout(60)
final class KeptWorkTest {
  private static final String DONE = "{\"ok\":true,\"status\":\"completed\",\"key\":\"k\"}";

  private static TransportAnswer lease(int ttlSeconds) {
    return FakeServer.ok(
        "{\"status\":\"acquired\",\"lease_id\":\"l\",\"ttl\":" + ttlSeconds + ",\"key\":\"k\"}");
  }

  private static FakeServer server(Function<String, TransportAnswer> answers) {
    return new FakeServer(request -> {
      String path = request.uri().getPath();
      return CompletableFuture.completedFuture(
          answers.apply(path.substring(path.lastIndexOf('/') + 1)));
    });
  }

  private static FakeServer leasing(int ttlSeconds) {
    return server(verb -> verb.equals("lease") ? lease(ttlSeconds) : FakeServer.ok(DONE));
  }

  private static List<String> bodies(FakeServer server, String verb) {
    return server.requests.stream()
        .filter(request -> request.uri().getPath().endsWith("/" + verb))
        .map(request -> String.valueOf(request.body()))
        .toList();
  }

  private static void await(FakeServer server, String verb) throws InterruptedException {
    while (bodies(server, verb).isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void aCancelledFunctionThatStillGivesAValueIsRecorded() throws InterruptedException {
    FakeServer server = leasing(60);
    CountDownLatch started = new CountDownLatch(1);
    try (OnceOnly client = server.client()) {
      CompletableFuture<AiResult> run =
          client
              .async()
              .ai()
              .runFn(
                  "k",
                  () -> {
                    started.countDown();
                    try {
                      TimeUnit.SECONDS.sleep(50);
                    } catch (InterruptedException e) {
                      return Map.of("paid", 1);
                    }
                    return null;
                  });
      started.await();
      assertThat(run.cancel(true)).isTrue();
      await(server, "complete");
    }
    assertThat(bodies(server, "complete")).singleElement().asString().contains("{\"paid\":1}");
    assertThat(bodies(server, "fail")).isEmpty();
  }

  @Test
  void aLeaseIsExtendedUntilACancelledFunctionHasReallyEnded() throws InterruptedException {
    FakeServer server = leasing(60);
    CountDownLatch started = new CountDownLatch(1);
    CompletableFuture<String> later =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterrupt) {
            return false;
          }
        };
    try (OnceOnly client = server.client()) {
      CompletableFuture<AiResult> run =
          client
              .async()
              .ai()
              .runFn(
                  "k",
                  lease -> {
                    started.countDown();
                    Object value = later;
                    return value;
                  },
                  o -> o.extendEvery(Duration.ofMillis(20)));
      started.await();
      run.cancel(true);
      int extended = bodies(server, "extend").size();
      while (bodies(server, "extend").size() < extended + 3) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      later.complete("paid");
      await(server, "complete");
    }
    assertThat(bodies(server, "complete")).singleElement().asString().contains("\"data\":\"paid\"");
  }

  @Test
  void inAClosedClientTheClockGoesOnAndTheValueComesOutInTheError() {
    FakeServer server = leasing(1);
    AtomicInteger told = new AtomicInteger();
    OnceOnly client = server.client();
    assertThatThrownBy(() ->
            client
                .ai()
                .runFn(
                    "k",
                    lease -> {
                      client.close();
                      try {
                        TimeUnit.SECONDS.sleep(50);
                      } catch (InterruptedException e) {
                        assertThat(lease.isLost()).isTrue();
                        return "paid";
                      }
                      return "never told";
                    },
                    o -> o.ttl(Duration.ofSeconds(1)).onLeaseLost(e -> told.incrementAndGet())))
        .isInstanceOfSatisfying(
            ResultNotRecordedException.class,
            e -> {
              assertThat(e.result()).isEqualTo("paid");
              assertThat(e).hasCauseInstanceOf(ClientClosedException.class);
              assertThat(e.code()).isEqualTo("client_closed");
            });
    assertThat(told).hasValue(1);
    assertThat(bodies(server, "complete")).isEmpty();
  }

  @Test
  void aClientClosedAfterCompleteGivesWhatWasStored() {
    AtomicReference<@Nullable OnceOnly> client = new AtomicReference<>();
    FakeServer server =
        server(verb -> {
          OnceOnly own = client.get();
          if (verb.equals("result") && own != null) {
            own.close();
          }
          return verb.equals("lease") ? lease(60) : FakeServer.ok(DONE);
        });
    try (OnceOnly own = server.client()) {
      client.set(own);
      assertThat(own.ai().runFn("k", () -> 1).isCompleted()).isTrue();
    }
  }

  @Test
  void anExecutorThatIsFullOfFunctionsDoesNotStarveTheirLeases() throws InterruptedException {
    FakeServer server = leasing(60);
    ExecutorService single = Executors.newSingleThreadExecutor();
    CountDownLatch extended = new CountDownLatch(3);
    FakeServer counting =
        new FakeServer(request -> {
          if (request.uri().getPath().endsWith("/extend")) {
            extended.countDown();
          }
          return server.send(request);
        });
    try (OnceOnly client = counting.builder().executor(single).build()) {
      AiResult result =
          client
              .async()
              .ai()
              .runFn(
                  "k",
                  lease -> extended.await(30, TimeUnit.SECONDS),
                  o -> o.extendEvery(Duration.ofMillis(20)))
              .join();
      assertThat(result.isCompleted()).isTrue();
    } finally {
      single.shutdown();
    }
    assertThat(bodies(server, "complete")).singleElement().asString().contains("\"data\":true");
  }

  @Test
  void aFunctionThatNoExecutorTakesGivesItsKeyBack() {
    FakeServer server = leasing(60);
    try (OnceOnly client =
        server
            .builder()
            .executor(task -> {
              throw new RejectedExecutionException("full");
            })
            .build()) {
      assertThatThrownBy(() -> client.async().ai().runFn("k", () -> 1).join())
          .hasCauseInstanceOf(RejectedExecutionException.class);
    }
    assertThat(bodies(server, "fail")).singleElement().asString().contains("\"released\"");
  }

  @Test
  void anInterruptEndsWhatABlockingFunctionHasLeftToAFuture() throws InterruptedException {
    FakeServer server = leasing(60);
    CompletableFuture<String> never = new CompletableFuture<>();
    CountDownLatch given = new CountDownLatch(1);
    AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
    Thread caller =
        new Thread(() -> {
          try (OnceOnly client = server.client()) {
            client
                .ai()
                .runFn(
                    "k",
                    () -> {
                      given.countDown();
                      Object value = never;
                      return value;
                    });
          } catch (CancellationException e) {
            error.set(e);
          }
        });
    caller.start();
    given.await();
    caller.interrupt();
    caller.join();
    assertThat(error.get()).isNotNull();
    assertThat(never).isCancelled();
    assertThat(bodies(server, "fail")).isEmpty();
  }

  @Test
  void theClockItselfTellsALostLease() {
    Heartbeat.Term term = new Heartbeat.Term("k", Duration.ofSeconds(1), System.nanoTime());
    LeaseContext lease = new LeaseContext("k", "l", null, term);
    assertThat(lease.isLost()).isFalse();
    Heartbeat.Term over =
        new Heartbeat.Term(
            "k", Duration.ofSeconds(1), System.nanoTime() - Duration.ofSeconds(2).toNanos());
    LeaseContext late = new LeaseContext("k", "l", null, over);
    assertThat(late.isLost()).isTrue();
    assertThatThrownBy(late::throwIfLost)
        .hasMessage("the time of the lease of 'k' has passed, and it could not be extended");
  }

  @Test
  void recordingGoesOnAfterAnswersThatMayPass() {
    AtomicInteger tries = new AtomicInteger();
    List<TransportAnswer> broken =
        List.of(
            new TransportAnswer(408, Map.of(), ""),
            new TransportAnswer(425, Map.of(), ""),
            new TransportAnswer(520, Map.of(), "<html>"),
            FakeServer.ok("<html>"),
            FakeServer.ok("[]"),
            FakeServer.ok("{\"status\":\"completed\",\"key\":\"another\"}"));
    FakeServer server =
        server(verb -> {
          if (verb.equals("complete") && tries.get() < broken.size()) {
            return broken.get(tries.getAndIncrement());
          }
          return verb.equals("lease") ? lease(60) : FakeServer.ok(DONE);
        });
    long start = System.nanoTime();
    try (OnceOnly client = server.builder().retryBackoff(Duration.ofMillis(1)).build()) {
      assertThat(client.ai().runFn("k", () -> 1).isCompleted()).isTrue();
    }
    assertThat(bodies(server, "complete")).hasSize(broken.size() + 1);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(50L * broken.size()));
  }

  @Test
  void aFunctionsErrorComesOutAsItWasThrown() {
    List<Exception> errors =
        List.of(
            new UncheckedIOException(new IOException("disk")),
            new CompletionException("own", new IllegalStateException("inner")),
            new UnauthorizedException("own", null, dev.onceonly.sdk.error.ErrorFacts.NONE));
    for (Exception error : errors) {
      StackTraceElement[] stack = error.getStackTrace();
      FakeServer server = leasing(60);
      try (OnceOnly client = server.client()) {
        assertThatThrownBy(() ->
                client
                    .ai()
                    .runFn(
                        "k",
                        lease -> {
                          throw error;
                        }))
            .isSameAs(error);
        assertThat(error.getStackTrace()).isEqualTo(stack);
        Object later = CompletableFuture.failedFuture(error);
        assertThatThrownBy(() -> client.ai().runFn("k", () -> later)).isSameAs(error);
      }
    }
  }

  @Test
  void aResultThatDoesNotFitTheModelIsStillDone() {
    FakeServer server =
        server(verb ->
            verb.equals("lease")
                ? lease(60)
                : FakeServer.ok(
                    "{\"status\":\"completed\",\"key\":\"k\",\"result\":{\"data\":\"x\"}}"));
    try (OnceOnly client = server.client()) {
      AiResult result = client.ai().runFn("k", lease -> "x", o -> o.model(Integer.class));
      assertThat(result.isCompleted()).isTrue();
      assertThat(result.value()).isNull();
      assertThat(result.result()).containsEntry("data", "x");
    }
  }

  @Test
  void aLockIsGivenBackAlsoInAnInterruptedThread() {
    FakeServer server =
        FakeServer.answering("{\"status\":\"locked\",\"lock_id\":\"lock_1\",\"ok\":true}");
    try (OnceOnly client = server.client()) {
      CheckedSupplier<Object, Exception> guarded =
          client.<Object, Exception>idempotent(
              () -> {
                Thread.currentThread().interrupt();
                throw new InterruptedException("stop");
              },
              o -> o.keyId("s").releaseOnException());
      assertThatThrownBy(guarded::get).isInstanceOf(InterruptedException.class);
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(bodies(server, "release")).hasSize(1);
  }
}
