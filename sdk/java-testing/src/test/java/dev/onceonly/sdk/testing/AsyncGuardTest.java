package dev.onceonly.sdk.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.annotation.Idempotent;
import dev.onceonly.sdk.annotation.IdempotentAi;
import dev.onceonly.sdk.transport.Transport;
import dev.onceonly.sdk.transport.TransportAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Guarded methods that give futures.
@Timeout(60)
final class AsyncGuardTest {
  interface Later {
    @Idempotent(
        key = "lock:{0}",
        releaseOn = {IllegalStateException.class, UncheckedIOException.class})
    CompletableFuture<Object> lock(String id);

    @IdempotentAi(key = "lease:{0}")
    CompletableFuture<Object> lease(String id);
  }

  /// Gives the same future for every call.
  private record Given(CompletableFuture<Object> inner, CountDownLatch begun) implements Later {
    Given(CompletableFuture<Object> inner) {
      this(inner, new CountDownLatch(1));
    }

    @Override
    public CompletableFuture<Object> lock(String id) {
      begun.countDown();
      return inner;
    }

    @Override
    public CompletableFuture<Object> lease(String id) {
      begun.countDown();
      return inner;
    }

    void awaitBegun() throws InterruptedException {
      assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private final FakeOnceOnly fake = new FakeOnceOnly();

  private Later guarded(Later target) {
    return fake.client().protect(Later.class, target);
  }

  @Test
  void theMethodRunsWhereTheClientRunsFunctions() throws Exception {
    ExecutorService own = Executors.newSingleThreadExecutor(task -> new Thread(task, "own"));
    try {
      AtomicReference<String> thread = new AtomicReference<>();
      OnceOnly client = fake.client(builder -> builder.executor(own));
      Later later =
          client.protect(
              Later.class,
              new Later() {
                @Override
                public CompletableFuture<Object> lock(String id) {
                  thread.set(Thread.currentThread().getName());
                  return CompletableFuture.completedFuture(id);
                }

                @Override
                public CompletableFuture<Object> lease(String id) {
                  return lock(id);
                }
              });
      assertThat(later.lock("1").get()).isEqualTo("1");
      assertThat(thread).hasValue("own");
    } finally {
      own.shutdown();
    }
  }

  @Test
  void cancellingReachesTheMethodsOwnFuture() throws Exception {
    Given locked = new Given(new CompletableFuture<>());
    CompletableFuture<Object> lock = guarded(locked).lock("1");
    locked.awaitBegun();
    lock.cancel(true);
    assertThatThrownBy(() -> locked.inner().get(30, TimeUnit.SECONDS))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void cancellingEndsTheCallThatAsks() {
    CompletableFuture<TransportAnswer> unanswered = new CompletableFuture<>();
    try (OnceOnly client =
        OnceOnly.builder().apiKey("k").transport(request -> unanswered).build()) {
      Later later = client.protect(Later.class, new Given(new CompletableFuture<>()));
      later.lock("1").cancel(true);
      assertThatThrownBy(() -> unanswered.get(30, TimeUnit.SECONDS))
          .isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void aMethodThatHasNotBegunGivesItsLockBack() throws Exception {
    Queue<Runnable> waiting = new ArrayDeque<>();
    OnceOnly client = fake.client(builder -> builder.executor(waiting::add));
    Given given = new Given(new CompletableFuture<>());
    CompletableFuture<Object> lock = client.protect(Later.class, given).lock("1");
    assertThat(waiting).hasSize(1);
    lock.cancel(true);
    waiting.remove().run();
    assertThat(given.begun().getCount()).isEqualTo(1);
    assertThat(fake.requests("/v1/check-lock/release")).hasSize(1);
  }

  @Test
  void aClientWhoseExecutorTakesNothingGivesTheLockBack() {
    RejectedExecutionException full = new RejectedExecutionException("full");
    OnceOnly client =
        fake.client(builder ->
            builder.executor(task -> {
              throw full;
            }));
    CompletableFuture<Object> lock =
        client.protect(Later.class, new Given(new CompletableFuture<>())).lock("1");
    assertThatThrownBy(lock::get).isInstanceOf(ExecutionException.class).hasCause(full);
    assertThat(fake.requests("/v1/check-lock/release")).hasSize(1);
  }

  @Test
  void releasingDoesNotHoldUpWhoeverEndsTheFuture() throws Exception {
    CompletableFuture<TransportAnswer> released = new CompletableFuture<>();
    Transport transport =
        request -> request.uri().getPath().endsWith("/release") ? released : fake.send(request);
    OnceOnly client = fake.client(builder -> builder.transport(transport));
    Given given = new Given(new CompletableFuture<>());
    CompletableFuture<Object> lock = client.protect(Later.class, given).lock("1");
    given.awaitBegun();
    IllegalStateException error = new IllegalStateException("not yet");
    given.inner().completeExceptionally(error);
    // The release is on its way, and comes before the error.
    assertThat(lock).isNotDone();
    released.completeExceptionally(new IOException("away"));
    assertThatThrownBy(() -> lock.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCause(error);
  }

  @Test
  void theMethodsOwnErrorIsNotUnwrapped() throws Exception {
    UncheckedIOException error = new UncheckedIOException(new IOException("disk"));
    Given given = new Given(CompletableFuture.failedFuture(error));
    assertThatThrownBy(() -> guarded(given).lock("1").get())
        .isInstanceOf(ExecutionException.class)
        .hasCause(error);
    assertThat(fake.requests("/v1/check-lock/release")).hasSize(1);
  }

  @Test
  void workWithinAFutureIsRefused() {
    Callable<String> work = () -> "later";
    Given given = new Given(CompletableFuture.completedFuture(work));
    assertThatThrownBy(() -> guarded(given).lock("1").get())
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }
}
