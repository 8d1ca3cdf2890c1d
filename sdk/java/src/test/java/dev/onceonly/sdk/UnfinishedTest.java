package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.annotation.Idempotent;
import dev.onceonly.sdk.annotation.IdempotentAi;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Work that has only started is not done.
@Timeout(60)
final class UnfinishedTest {
  interface Lazy {
    @Nullable Object run();
  }

  static final class Streams implements Lazy {
    @Override
    @Idempotent(key = "s")
    public Stream<String> run() {
      return Stream.of("x");
    }
  }

  static final class Iterators implements Lazy {
    @Override
    @Idempotent(key = "i")
    public Iterator<String> run() {
      return List.of("x").iterator();
    }
  }

  static final class Callables implements Lazy {
    @Override
    @IdempotentAi(key = "c")
    public Callable<String> run() {
      return () -> "x";
    }
  }

  static final class Suppliers implements Lazy {
    @Override
    @IdempotentAi(key = "p")
    public Supplier<String> run() {
      return () -> "x";
    }
  }

  static final class Publishers implements Lazy {
    @Override
    @IdempotentAi(key = "f")
    public Flow.Publisher<String> run() {
      return new SubmissionPublisher<>();
    }
  }

  static final class InnerStreams implements Lazy {
    @Override
    @IdempotentAi(key = "is")
    public CompletableFuture<Stream<String>> run() {
      return CompletableFuture.completedFuture(Stream.of("x"));
    }
  }

  static final class Futures implements Lazy {
    @Override
    @IdempotentAi(key = "fu")
    public Future<String> run() {
      return new FutureTask<>(() -> "x");
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Streams.class,
        Iterators.class,
        Callables.class,
        Suppliers.class,
        Publishers.class,
        InnerStreams.class,
        Futures.class
      })
  void methodsThatGiveWorkStillToBeDoneAreRefusedAtOnce(Class<? extends Lazy> type)
      throws ReflectiveOperationException {
    FakeServer server = FakeServer.leasing();
    Lazy target = type.getDeclaredConstructor().newInstance();
    try (OnceOnly client = server.client()) {
      assertThatThrownBy(() -> client.protect(Lazy.class, target))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(type.getSimpleName() + ".run: the method must give a");
    }
    assertThat(server.requests).isEmpty();
  }

  @Test
  void aStreamThatAFunctionGivesIsClosedAndItsLeaseFailed() {
    FakeServer server = FakeServer.leasing();
    AtomicBoolean closed = new AtomicBoolean();
    try (OnceOnly client = server.client()) {
      assertThatThrownBy(
              () -> client.ai().runFn("k", () -> Stream.of(1).onClose(() -> closed.set(true))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("what has only started is not done");
      for (Object lazy :
          List.of(Optional.of(List.of(1).iterator()), (Supplier<String>) () -> "x")) {
        assertThatThrownBy(() -> client.ai().runFn("k", () -> lazy))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
    assertThat(closed).isTrue();
    assertThat(server.requests).noneMatch(r -> r.uri().getPath().endsWith("/complete"));
    assertThat(server.requests).anyMatch(r -> r.uri().getPath().endsWith("/fail"));
  }

  @Test
  void aFutureThatAFunctionGivesIsAwaitedWhateverItsKind() {
    FakeServer server = FakeServer.leasing();
    FutureTask<Map<String, Integer>> task = new FutureTask<>(() -> Map.of("n", 5));
    new Thread(task).start();
    try (OnceOnly client = server.client()) {
      assertThat(client.ai().runFn("k", () -> task).isCompleted()).isTrue();
    }
    assertThat(server.requests)
        .anySatisfy(request -> assertThat(request.body()).contains("\"result\":{\"n\":5}"));
  }

  @Test
  void aDecoratedFunctionThatGivesAStreamIsAnErrorNotAValue() {
    try (OnceOnly client = FakeServer.answering("{\"status\":\"locked\"}").client()) {
      CheckedSupplier<Object, RuntimeException> guarded =
          client.idempotent(() -> (Object) Stream.of(1), o -> o.keyId("s"));
      assertThatThrownBy(guarded::get).isInstanceOf(IllegalArgumentException.class);
    }
  }

  /// A value that is a supplier, too.
  record Price(int cents) implements Supplier<Integer> {
    @Override
    public Integer get() {
      return cents;
    }
  }

  @Test
  void promisesWithinValuesAreWorkAndAValueThatIsAFunctionTooIsAValue() {
    CompletableFuture<Integer> pending = new CompletableFuture<>();
    record Holder(Object inner) {}
    Object twice = CompletableFuture.completedFuture((Object) pending);
    FakeServer server = FakeServer.leasing();
    try (OnceOnly client = server.client()) {
      for (Object value :
          List.of(
              List.of(pending),
              Map.of("a", List.of(pending)),
              Optional.of(pending),
              new Holder(pending),
              new Object[] {pending},
              twice,
              (java.util.function.Function<Integer, Integer>) i -> i)) {
        assertThatThrownBy(() -> client.ai().runFn("k", () -> value))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("what has only started is not done");
      }
      assertThat(server.requests).noneMatch(r -> r.uri().getPath().endsWith("/complete"));
      assertThat(client.ai().runFn("k", () -> new Price(7)).isCompleted()).isTrue();
    }
    assertThat(server.requests)
        .anySatisfy(request -> assertThat(request.body()).contains("\"cents\":7"));
  }
}
