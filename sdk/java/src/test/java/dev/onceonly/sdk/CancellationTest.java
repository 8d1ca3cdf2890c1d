package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.error.ClientClosedException;
import dev.onceonly.sdk.error.LeaseLostException;
import dev.onceonly.sdk.transport.TransportAnswer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class CancellationTest {
  @Test
  void anInterruptEndsABlockingCallAndStaysSet() throws InterruptedException {
    CompletableFuture<TransportAnswer> carried = new CompletableFuture<>();
    CountDownLatch sent = new CountDownLatch(1);
    FakeServer server =
        new FakeServer(request -> {
          sent.countDown();
          return carried;
        });
    AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
    AtomicBoolean staysSet = new AtomicBoolean();
    Thread caller =
        new Thread(() -> {
          try (OnceOnly client = server.client()) {
            client.me();
          } catch (CancellationException e) {
            error.set(e);
            staysSet.set(Thread.currentThread().isInterrupted());
          }
        });
    caller.start();
    sent.await();
    caller.interrupt();
    caller.join();
    assertThat(error.get()).hasCauseInstanceOf(InterruptedException.class);
    assertThat(staysSet).isTrue();
    assertThat(carried).isCancelled();
  }

  @Test
  void aCancelledFutureCancelsWhatTheTransportCarries() {
    CompletableFuture<TransportAnswer> carried = new CompletableFuture<>();
    try (OnceOnly client = new FakeServer(request -> carried).client()) {
      CompletableFuture<CheckLockResult> call = client.async().checkLock("k");
      assertThat(call.cancel(true)).isTrue();
      assertThat(carried).isCancelled();
      assertThatThrownBy(call::join).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void closingEndsOpenCallsAndRefusesLaterOnes() {
    OnceOnly client = FakeServer.silent().client();
    CompletableFuture<Account> call = client.async().me();
    client.close();
    client.close();
    assertThatThrownBy(call::join).hasCauseInstanceOf(ClientClosedException.class);
    assertThatThrownBy(client::me).isInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> client.checkLock("k")).isInstanceOf(ClientClosedException.class);
  }

  @Test
  void aBlockingFunctionRunsInTheCallersThread() {
    try (OnceOnly client = FakeServer.leasing().client()) {
      Thread caller = Thread.currentThread();
      AtomicReference<@Nullable Thread> runner = new AtomicReference<>();
      AiResult result =
          client
              .ai()
              .runFn(
                  "k",
                  lease -> {
                    runner.set(Thread.currentThread());
                    assertThat(LeaseContext.current()).isSameAs(lease);
                    return Map.of("n", 1);
                  });
      assertThat(runner.get()).isSameAs(caller);
      assertThat(result.result()).isEqualTo(Map.of("n", 1));
      assertThatThrownBy(LeaseContext::current).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aLostLeaseInterruptsTheFunctionAloneAndTellsEverybodyOnce() {
    FakeServer server =
        new FakeServer(request ->
            CompletableFuture.completedFuture(
                request.uri().getPath().endsWith("/extend")
                    ? new TransportAnswer(
                        409, Map.of(), "{\"detail\":{\"error\":\"lease_mismatch\"}}")
                    : FakeServer.ok(
                        "{\"status\":\"acquired\",\"lease_id\":\"l\",\"ttl\":60,\"fence\":7}")));
    AtomicBoolean wasTold = new AtomicBoolean();
    AtomicReference<@Nullable LeaseContext> seen = new AtomicReference<>();
    try (OnceOnly client = server.client()) {
      assertThatThrownBy(() ->
              client
                  .ai()
                  .runFn(
                      "k",
                      lease -> {
                        seen.set(lease);
                        TimeUnit.SECONDS.sleep(20);
                        return null;
                      },
                      o ->
                          o.extendEvery(Duration.ofMillis(20))
                              .onLeaseLost(answer -> wasTold.set(true))))
          .isInstanceOfSatisfying(
              LeaseLostException.class,
              e -> {
                assertThat(e.code()).isEqualTo("lease_mismatch");
                assertThat(e.getSuppressed()).hasOnlyElementsOfType(InterruptedException.class);
              });
    }
    assertThat(wasTold).isTrue();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    LeaseContext lease = seen.get();
    assertThat(lease).isNotNull();
    if (lease != null) {
      assertThat(lease.isLost()).isTrue();
      assertThat(lease.fence()).isEqualTo(7);
      assertThatThrownBy(lease::throwIfLost).isInstanceOf(LeaseLostException.class);
      AtomicBoolean late = new AtomicBoolean();
      lease.onLost(() -> late.set(true));
      assertThat(late).isTrue();
    }
    assertThat(server.requests).noneMatch(request -> request.uri().getPath().endsWith("/complete"));
  }

  @Test
  void anInterruptDuringTheFunctionIsTheFunctionsAndItsResultIsStillRecorded() {
    FakeServer server = FakeServer.leasing();
    try (OnceOnly client = server.client()) {
      AiResult result =
          client
              .ai()
              .runFn(
                  "k",
                  () -> {
                    Thread.currentThread().interrupt();
                    return Map.of("n", 1);
                  });
      assertThat(result.isCompleted()).isTrue();
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(server.requests).anyMatch(request -> request.uri().getPath().endsWith("/complete"));
  }

  @Test
  void aCancelledAsynchronousFunctionIsInterruptedAndNothingIsRecorded() throws Exception {
    FakeServer server = FakeServer.leasing();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
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
                      TimeUnit.SECONDS.sleep(20);
                    } catch (InterruptedException e) {
                      interrupted.countDown();
                      throw e;
                    }
                    return null;
                  });
      started.await();
      run.cancel(true);
      assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(server.requests).hasSize(1);
  }

  @Test
  void aFunctionThatGivesAFutureIsWaitedFor() {
    FakeServer server = FakeServer.leasing();
    try (OnceOnly client = server.client()) {
      CompletableFuture<Map<String, Integer>> later = new CompletableFuture<>();
      CompletableFuture<AiResult> run = client.async().ai().runFn("k", () -> later);
      later.complete(Map.of("n", 5));
      assertThat(run.join().isCompleted()).isTrue();
    }
    assertThat(server.requests)
        .anySatisfy(request -> {
          assertThat(request.uri().getPath()).endsWith("/complete");
          assertThat(request.body()).contains("\"result\":{\"n\":5}");
        });
  }
}
