package dev.onceonly.sdk.springai;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.annotation.Idempotent;
import dev.onceonly.sdk.annotation.IdempotentAi;
import dev.onceonly.sdk.method.MethodGuard;
import java.lang.reflect.Method;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Methods of reactive applications: what they give has only been described, and not begun.
final class ReactiveMethodsTest {
  /// As in an application.
  static final class Payments {
    @Idempotent(key = "one")
    public Mono<String> one() {
      return Mono.just("x");
    }

    @IdempotentAi(key = "many")
    public Flux<String> many() {
      return Flux.just("x");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "many"})
  void reactiveMethodsAreRefused(String name) throws NoSuchMethodException {
    Method method = Payments.class.getMethod(name);
    assertThatThrownBy(() -> MethodGuard.check(Payments.class, method))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Payments." + name)
        .hasMessageContaining("what has only started is not done");
  }
}
